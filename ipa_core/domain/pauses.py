"""When did somebody have a signal in hand, and which working days count all the same?

Acknowledged and snoozed days do not count, so that a ladder goes on at the same rung afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.moments import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.decisions import Decision

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days on which somebody has the signal in hand, the first and the last included.

    `snooze` numbers the snoozes of a signal from 1; it is 0 for an acknowledgement. `has_changed` tells that something
    material changed in the dossier meanwhile: what was said before the decision was known to who took it.
    """

    first: date
    last: date
    snooze: int = 0
    has_changed: bool = False

    def holds_on(self, on: date) -> bool:
        """Tell whether the signal is in hand on the day."""
        return self.first <= on <= self.last


def pauses_of(
    decisions: Iterable[Decision], raised_at: Sequence[datetime] = (), changed_at: Sequence[datetime] = ()
) -> tuple[Pause, ...]:
    """Return when one signal was in hand: until the day that was named, or the next decision about it.

    A snooze also ends when the signal weighs more. `raised_at`, when it did, is in order of time; `changed_at` is when
    something material changed in its dossier.
    """
    taken = [one for one in decisions if one.kind in (DecisionKind.ACKNOWLEDGE, DecisionKind.SNOOZE)]
    snoozes = 0
    found = []
    for one, following in zip_longest(taken, taken[1:]):
        is_snooze = one.kind is DecisionKind.SNOOZE
        snoozes += is_snooze
        woken_at = next((at for at in raised_at if at > one.at), None) if is_snooze else None
        last = one.until or one.on
        if woken_at is not None:
            last = min(last, day_of(woken_at) - _ONE_DAY)
        if following is not None:
            last = min(last, following.on - _ONE_DAY)
        has_changed = any(one.at < at and day_of(at) <= last for at in changed_at)
        found.append(Pause(first=one.on, last=last, snooze=snoozes if is_snooze else 0, has_changed=has_changed))
    return tuple(found)


class OpenDays:
    """The working days on which nobody has the signal in hand.

    When something material changed while it was acknowledged, every wait begins anew after that.
    """

    def __init__(self, calendar: Calendar, pauses: Sequence[Pause] = ()) -> None:
        self._calendar = calendar
        self._spans = [(one.first, one.last) for one in pauses if one.first <= one.last]
        self._anew_after = max((one.last for one in pauses if one.has_changed and not one.snooze), default=date.min)

    def add(self, on: date, n: int) -> date:
        """Return the n-th open day after `on`; for 0, the first from `on`."""
        if n == 0:
            return self.first_from(on)
        on = max(on, self._anew_after)
        day = self._calendar.add_working_days(on, n)
        while (later := self._calendar.add_working_days(on, n + self._closed_between(on, day))) != day:
            day = later
        return day

    def between(self, after: date, until: date) -> int:
        """Return how many open days come after one day, up to and including another."""
        return self._calendar.working_days_between(after, until) - self._closed_between(after, until)

    def first_from(self, on: date) -> date:
        """Return `on` itself, or the next open day."""
        return self.add(on - _ONE_DAY, 1)

    def _closed_between(self, after: date, until: date) -> int:
        return sum(
            self._calendar.working_days_between(max(after, first - _ONE_DAY), min(until, last))
            for first, last in self._spans
        )
