"""Give a ministry that takes over dossiers in the middle of a round a request of its own, if it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.handovers import share_over_time
from ipa_core.domain.moments import day_of
from ipa_core.domain.rounds import Request
from ipa_core.store import audit, rounds, updates
from ipa_core.usecases.refresh_expectations import refresh_requests
from ipa_core.usecases.request_histories import leads_within, list_histories_of_round

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.domain.rounds import ReportingRound
    from ipa_core.usecases.views import ProgrammeView


def succeed_requests(view: ProgrammeView) -> None:
    """Bring the requests of the newest round in line with who leads what, now and as far as it is known ahead.

    A new request opens at the instant of the handover. Its ministry has as long to answer as the others had, and at
    least until the others have to.
    """
    opened = rounds.list_rounds(view.session, view.code, known_at=view.at)
    if not opened:
        return
    newest = opened[-1]
    requests = rounds.list_requests_of(view.session, view.code, newest.code)
    if not requests:
        return  # There was nothing to ask, so nothing can be taken over.
    _append_successors(view, newest, requests)
    refresh_requests(view, list_histories_of_round(view, newest.code), since=view.at)


def due_date_of_follow_up(view: ProgrammeView, round_due_on: date, opened_at: datetime) -> date:
    """Return when a request of a handover is due: it gets the usual time, and at least that of the others."""
    return max(round_due_on, view.calendar.add_working_days(day_of(opened_at), view.programme.answer_within))


def _append_successors(view: ProgrammeView, opened: ReportingRound, requests: list[Request]) -> None:
    """Append the requests that are missing, one by one: each may take over from the one before.

    A request that was to open later, for a handover that comes earlier now, is brought forward: nobody heard of it yet.
    """
    leads = leads_within(view, opened.opened_at, None, [code for request in requests for code in request.asked])
    lines = updates.list_answered_lines(view.session, view.code, opened.code)
    found = {request.organisation: request for request in requests}
    while True:
        by_opening = sorted(found.values(), key=lambda one: (one.opened_at, one.organisation))
        _, orphans = share_over_time(by_opening, leads, lines, None)
        early = [one for one in orphans if one.ministry not in found or found[one.ministry].opened_at > one.moment]
        if not early:
            return
        first = early[0]
        found[first.ministry] = _append(view, opened, first.ministry, first.dossiers, first.moment)


def _append(
    view: ProgrammeView, opened: ReportingRound, ministry: str, dossiers: tuple[str, ...], moment: datetime
) -> Request:
    request = Request(
        round=opened.code,
        organisation=ministry,
        opened_at=moment,
        due_on=due_date_of_follow_up(view, opened.due_on, moment),
        grace=view.programme.grace,
        asked=dossiers,
    )
    rounds.put_request(view.session, view.code, request)
    audit.append(
        view.session,
        programme=view.code,
        at=view.at,
        actor="engine",
        action="request.succeed",
        subject=f"request:{request.code}",
        details={"asked": len(dossiers)},
    )
    return request
