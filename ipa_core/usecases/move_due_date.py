"""Move the day until which a round, or one ministry in it, may answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, OF_MINISTRY, plan_request_ladder
from ipa_core.domain.moments import day_of
from ipa_core.domain.rounds import DueMove, RequestState
from ipa_core.store import audit, notices, outbox, programmes, rounds
from ipa_core.store.notices import Fates, NoticeKind, NoticeState
from ipa_core.usecases.check_due_date import check_due_date
from ipa_core.usecases.plan_notices import may_come_back
from ipa_core.usecases.refresh_expectations import refresh_patterns, refresh_rebaselined, refresh_requests
from ipa_core.usecases.request_histories import list_histories_of_round
from ipa_core.usecases.succeed_requests import due_date_of_follow_up
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from ipa_core.domain.rounds import ReportingRound, Request
    from ipa_core.store.notices import NoticeRow
    from ipa_core.usecases.check_due_date import DueDateAsked, DueDateChecked


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRequest:
    """A request with its new due date. The ministry hears of it on `told_on`; None: by no message that is planned."""

    request: Request
    told_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDueDate:
    """The round as it stands now, and the requests in it that moved."""

    round: ReportingRound
    requests: tuple[MovedRequest, ...]


def move_due_date(session: Session, programme: str, asked: DueDateAsked, *, at: datetime) -> MovedDueDate:
    """Let a round be due on another day: for all its requests that are not answered whole, or for one ministry.

    What was sent stays as it is; rungs that were not sent find other days when notices are planned next. A follow-up
    keeps the time that it has to answer when the round as a whole moves to an earlier day.

    Raises:
        InputRefused: it cannot move there; with every problem.
    """
    row = programmes.lock(session, programme, at=at)
    view = ProgrammeView(session, programme, at=at)
    checked = check_due_date(view, asked)
    moved = {**checked.requests, **({rounds.WHOLE_ROUND: checked.due_on} if checked.is_round_moved else {})}
    moves = {name: DueMove(at=at, due_on=on, reason=asked.reason.strip()) for name, on in moved.items()}
    rounds.append_moves(session, programme, asked.round, moves, by=asked.by)
    if checked.is_round_moved:
        _move_what_opens_later(view, checked)
    view = ProgrammeView(session, programme, at=at)
    histories = list_histories_of_round(view, asked.round)
    refresh_requests(view, histories, since=at)
    if checked.is_round_moved:
        refresh_rebaselined(view)
    refresh_patterns(view)
    programmes.note_write(session, row, at=at)
    audit.append(
        session,
        programme=programme,
        at=at,
        actor="person",
        action="round.move",
        subject=f"round:{asked.round}",
        details={"due_on": checked.due_on.isoformat(), "requests": sorted(checked.requests)},
    )
    requests = [one.at(at) for one in histories if one.request.organisation in checked.requests]
    return MovedDueDate(
        round=next(one for one in rounds.list_rounds(session, programme, known_at=at) if one.code == asked.round),
        requests=tuple(_with_next_message(view, request, rows) for request, rows in _with_notices(view, requests)),
    )


def _move_what_opens_later(view: ProgrammeView, checked: DueDateChecked) -> None:
    """Give requests for a handover that is known ahead the date that they would have got: nobody heard of them yet."""
    for request in rounds.list_requests_of(view.session, view.code, checked.round.code):
        if request.opened_at > view.at:
            due_on = due_date_of_follow_up(view, checked.due_on, request.opened_at)
            rounds.put_request(view.session, view.code, replace(request, due_on=due_on))


def _with_notices(view: ProgrammeView, requests: Sequence[Request]) -> Iterator[tuple[Request, Sequence[NoticeRow]]]:
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, [one.code for one in requests])
    return ((request, rows[request.code]) for request in requests)


def _with_next_message(view: ProgrammeView, request: Request, rows: Sequence[NoticeRow]) -> MovedRequest:
    """Tell when the ministry hears of it: with the first rung to it that may still go."""
    fates = Fates(untaken=outbox.list_untaken_ids(view.session, view.code), dead=frozenset())
    waits = {row.rung for row in rows if fates.is_unsent(row) or may_come_back(row)}
    over = {row.rung for row in rows} - waits
    over |= {row.rung for row in rows if row.state is NoticeState.PROMISED and not fates.is_unsent(row)}
    slot_on = day_of(view.calendar.next_window(view.at))
    ahead = [
        max(one.planned_on, slot_on)
        for one in plan_request_ladder(request, view.policy.request_ladder, view.calendar)
        if one.rung not in over and not OF_MINISTRY.isdisjoint(AUDIENCE[one.rung])
    ]
    is_open = request.state_at(view.at) is RequestState.OPEN
    return MovedRequest(request=request, told_on=min(ahead, default=None) if is_open else None)
