"""The monitor looks at itself: what should have gone against what went, from the facts and not from its own plans."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung, plan_request_ladder, signal_audience
from ipa_core.domain.moments import at_time
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.domain.signal_ladders import BEGINS, has_ladder
from ipa_core.reports.ledgers import Ledger
from ipa_core.store import notices, outbox, programmes, signals
from ipa_core.store.notices import NoticeKind, NoticeState
from ipa_core.store.outbox import MessageState
from ipa_core.usecases.request_histories import list_requests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ipa_core.store.notices import DueNotice
    from ipa_core.usecases.views import ProgrammeView


PATIENCE: Final = timedelta(hours=24)
"""So long after the first working morning on which it could be done, work that still waits is late."""

_ABOVE: Final = (Rung.COORDINATOR, Rung.PROJECT_LEAD, Rung.AANJAGER)
"""The rungs of a signal that stand ahead from the moment on which its opening is promised."""


def audit_messages(view: ProgrammeView) -> Ledger:
    """Return the ledger as it stands at the view's moment.

    While facts wait for a run that plans, nothing counts as missing or late for them: that run is still to come.
    """
    due = notices.list_due(view.session, view.code, on=view.on)
    open_ended = [one for one in due if _is_waiting(one)]
    late = [one for one in open_ended if is_late(view, _since(view, one))]
    unsent = [one for one in due if one not in open_ended and one.message_state is not MessageState.HANDED_OVER]
    unexplained = [one for one in unsent if not one.why_not]
    is_planned = programmes.is_planned(programmes.get_row(view.session, view.code), at=view.at)
    return Ledger(
        programme=view.code,
        sent=len(due) - len(open_ended) - len(unsent),
        waiting=len(open_ended) - len(late),
        explained=len(unsent) - len(unexplained),
        missing=tuple(_missing(view)) if is_planned else (),
        unexplained=tuple(one.key for one in unexplained),
        late=tuple(one.key for one in late),
    )


def is_late(view: ProgrammeView, since: datetime) -> bool:
    """Tell whether what could be done since this moment should have been done by now."""
    if since.year < view.calendar.first.year:
        return True
    return view.at > view.calendar.next_window(since) + PATIENCE


def _since(view: ProgrammeView, one: DueNotice) -> datetime:
    """Return when it could be done: a decision is asked in the digest of the week."""
    on = view.calendar.next_week_begin(one.planned_on) if one.rung is Rung.AANJAGER else one.planned_on
    return one.message_due_at or at_time(on, WINDOW_OPENS)


def _is_waiting(one: DueNotice) -> bool:
    return one.state is NoticeState.PLANNED or one.message_state in outbox.WAITING


def _missing(view: ProgrammeView) -> Iterator[str]:
    """Yield the rungs and openings that follow from requests and signals, and of which there is no notice."""
    requests = [one for one in list_requests(view) if one.state_at(view.at) is RequestState.OPEN]
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, [one.code for one in requests])
    for request in requests:
        there = {row.rung for row in rows[request.code]}
        for planned in plan_request_ladder(request, view.policy.request_ladder, view.calendar):
            if planned.planned_on <= view.on and planned.rung not in there:
                yield f"{request.code}:{planned.rung.value}"
    standing = [one for one in signals.read_at(view.session, view.code, at=view.at) if signal_audience(one.rule)]
    heavy = [one for one in standing if one.severity >= Severity.MEDIUM and not one.folded_under]
    told = notices.list_of_subjects(view.session, view.code, NoticeKind.SIGNAL, [one.id for one in heavy])
    for signal in heavy:
        there = {row.rung for row in told[signal.id]}
        is_told = any(row.rung in BEGINS and row.state is NoticeState.PROMISED for row in told[signal.id])
        above = _ABOVE if is_told and has_ladder(signal.rule, signal.subject) else ()
        for rung in (Rung.OPENING, *above):
            if rung not in there:
                yield f"{signal.id}:{rung.value}"
