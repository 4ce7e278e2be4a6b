"""Until when does the plan of the notices stand if nobody writes anything?

Planning looks at every open request and signal. As long as no fact was added, it comes out the same, until a day comes
that matters: a rung falls due, somebody goes off duty, a digest is to be made. Before that there is nothing to plan.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import WINDOW_CLOSES
from ipa_core.domain.moments import at_time, day_of, start_of_day
from ipa_core.store import notices, outbox, recommendations, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from ipa_core.usecases.views import ProgrammeView


def next_planning(view: ProgrammeView) -> datetime:
    """Return the first instant after the view's moment at which planning may come out differently by itself."""
    return min(at for at in _candidates(view) if at > view.at)


def _candidates(view: ProgrammeView) -> Iterator[datetime]:
    yield from _turns_of_slot(view)
    yield from _digest_days(view)
    yield from view.directory_history.changes(with_contacts=True)
    yield from view.policies.changes_after(view.at)
    yield from recommendations.list_changes_after(view.session, view.code, view.at)
    yield from rounds.list_openings_after(view.session, view.code, view.at)


def _turns_of_slot(view: ProgrammeView) -> Iterator[datetime]:
    """Yield when the next bundle is for another day, as far as something waits for that.

    A text that no server took yet moves along with its day, and a rung that waits is looked at each day.
    """
    slot_on = day_of(view.calendar.next_window(view.at))
    waiting = notices.list_waiting_days(view.session, view.code)
    later = [day for day in waiting if day > slot_on]
    if len(later) < len(waiting) or outbox.has_untaken(view.session, view.code):
        yield _end_of_slot(slot_on)
    if later:
        yield _end_of_slot(view.calendar.subtract_working_days(min(later), 1))


def _digest_days(view: ProgrammeView) -> Iterator[datetime]:
    for day in (view.on, view.on + timedelta(days=7)):
        yield start_of_day(view.calendar.first_working_day_of_week(day))


def _end_of_slot(on: date) -> datetime:
    return at_time(on, WINDOW_CLOSES)
