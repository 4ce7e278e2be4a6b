"""Open a reporting round: one request per ministry that leads something open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import years_later
from ipa_core.domain.handovers import Leads
from ipa_core.domain.organisations import Share
from ipa_core.domain.periods import latest_due_period, latest_period_before, parse_period
from ipa_core.domain.rounds import ReportingRound, Request
from ipa_core.errors import PeriodTooFar, RequestSettled, RoundAlreadyOpen, UnknownRequest, UnknownRound
from ipa_core.store import audit, expectations, programmes, recommendations, rounds
from ipa_core.usecases.refresh_expectations import refresh_patterns, refresh_rebaselined, refresh_requests
from ipa_core.usecases.request_histories import list_histories_of_round
from ipa_core.usecases.succeed_requests import succeed_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRound:
    """The round and what is asked of whom."""

    round: ReportingRound
    requests: tuple[Request, ...]


def open_round(session: Session, programme: str, code: str, *, at: datetime) -> OpenedRound:
    """Open the round of a period, whatever the programme's rhythm.

    Raises:
        UnknownPeriod: The code names no period.
        RoundAlreadyOpen: A round opens once.
        PeriodTooFar: It begins in more than a year, so the code was mistyped. Not for a programme without a rhythm.
    """
    period = parse_period(code)
    row = programmes.lock(session, programme, at=at)
    if rounds.find_round(session, programme, code) is not None:
        raise RoundAlreadyOpen(code)
    view = ProgrammeView(session, programme, at=at)
    latest = latest_period_before(view.programme.cadence, view.on)
    if latest is not None and period.first > years_later(view.on, 1):
        raise PeriodTooFar(code, period.first, latest.code)
    due_on = view.calendar.add_working_days(view.on, row.answer_within)
    opened = ReportingRound(code=code, opened_at=at, due_on=due_on)
    requests = [
        Request(round=code, organisation=ministry, opened_at=at, due_on=due_on, grace=row.grace, asked=tuple(asked))
        for ministry, asked in sorted(_open_dossiers_by_lead(view).items())
    ]
    _forget_later_requests(view)
    rounds.append_round(session, programme, opened, requests)
    _keep_round_before(view)
    refresh_rebaselined(ProgrammeView(session, programme, at=at))
    succeed_requests(view)
    refresh_patterns(view)
    programmes.note_write(session, row, at=at)
    audit.append(
        session,
        programme=programme,
        at=at,
        actor="engine",
        action="round.open",
        subject=f"round:{code}",
        details={"due_on": due_on.isoformat(), "requests": len(requests)},
    )
    return OpenedRound(round=opened, requests=tuple(requests))


def _forget_later_requests(view: ProgrammeView) -> None:
    """Expect nothing of requests that were to open later in the round before: what passes then is asked in this one."""
    for earlier in rounds.list_rounds(view.session, view.code, known_at=view.at)[-1:]:
        for request in rounds.list_requests_of(view.session, view.code, earlier.code):
            if request.opened_at >= view.at:
                expectations.replace_from(view.session, view.code, {request.code: ()}, since={request.code: view.at})


def _keep_round_before(view: ProgrammeView) -> None:
    """Let the round before ask from now on what it asks now, also when it is known that a field passes later."""
    ahead = Leads(directory=view.directory_history, register={}).changes_within(view.at, None)
    if not ahead and not recommendations.has_changed_within(view.session, view.code, view.at, None):
        return
    for earlier in rounds.list_rounds(view.session, view.code, known_at=view.at)[-2:-1]:
        refresh_requests(view, list_histories_of_round(view, earlier.code), since=view.at)


def open_due_round(session: Session, programme: str, *, at: datetime) -> OpenedRound | None:
    """Open the latest round whose day has come, unless it is open already; earlier ones that were missed stay shut."""
    programmes.lock(session, programme, at=at)
    view = ProgrammeView(session, programme, at=at)
    period = latest_due_period(view.programme.cadence, view.calendar, view.programme.opens_after, view.on)
    if period is None or rounds.find_round(session, programme, period.code) is not None:
        return None
    return open_round(session, programme, period.code, at=at)


def waive_request(
    session: Session, programme: str, round_code: str, ministry: str, *, reason: str, by: str, at: datetime
) -> Request:
    """Excuse one ministry from answering, with a reason."""
    row = programmes.lock(session, programme, at=at)
    request = rounds.find_request(session, programme, round_code, ministry)
    if request is None:
        requests = rounds.list_requests(session, programme, known_at=at, round_code=round_code)
        if rounds.find_round(session, programme, round_code) is None:
            known = rounds.list_rounds(session, programme, known_at=at)
            raise UnknownRound(round_code, tuple(one.code for one in known))
        raise UnknownRequest(round_code, ministry, tuple(one.organisation for one in requests))
    settled_at = request.settled_at()
    if settled_at is not None:
        raise RequestSettled(round_code, ministry, settled_at)
    waived = rounds.settle_waived(session, programme, request, at=at, reason=reason, by=by)
    view = ProgrammeView(session, programme, at=at)
    refresh_requests(view, list_histories_of_round(view, round_code), since=at)
    refresh_patterns(view)
    programmes.note_write(session, row, at=at)
    audit.append(
        session,
        programme=programme,
        at=at,
        actor="person",
        action="round.waive",
        subject=f"request:{waived.code}",
        details={},
    )
    return waived


def _open_dossiers_by_lead(view: ProgrammeView) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for code, dossier in sorted(view.dossiers().items()):
        lead = next(iter(view.holders(Share.LEAD, code)), None) if code in view.register else None
        if lead is not None and dossier.is_asked_on(view.on):
            asked.setdefault(lead, []).append(code)
    return asked
