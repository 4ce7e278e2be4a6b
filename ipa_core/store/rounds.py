"""Reporting rounds and the requests in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.rounds import DueMove, ReportingRound, Request, due_terms
from ipa_core.errors import UnknownRound
from ipa_core.store.types import JsonList, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterable


WHOLE_ROUND = ""
"""Where the name of an organisation stands when a due date moved for the round itself."""


class RoundRow(SQLModel, table=True):
    """A round opens once: programme and code are its key. It stays as it was opened; `request_due` tells the rest."""

    __tablename__ = "reporting_round"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    code: str = Field(primary_key=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date


class RequestRow(SQLModel, table=True):
    """What is asked of one ministry in a round. Each `_at` is filled once, and `due_on` is as it was opened."""

    __tablename__ = "request"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    round: str = Field(primary_key=True)
    organisation: str = Field(primary_key=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date
    grace: int
    asked: tuple[Any, ...] = Field(sa_type=JsonList)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waiver_reason: str = ""
    waived_by: str = ""


class DueMoveRow(SQLModel, table=True):
    """From `at` on a request is due on another day; of WHOLE_ROUND it is the round itself, for who is asked later."""

    __tablename__ = "request_due"
    __table_args__ = (
        ForeignKeyConstraint(("programme", "round"), ("reporting_round.programme", "reporting_round.code")),
    )

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(index=True)
    round: str
    organisation: str
    at: datetime = Field(sa_type=UtcDateTime)
    due_on: date
    reason: str
    by: str


def find_round(session: Session, programme: str, code: str) -> ReportingRound | None:
    """Return the round as it was opened, if it ever was."""
    row = session.get(RoundRow, (programme, code))
    return None if row is None else ReportingRound(code=row.code, opened_at=row.opened_at, due_on=row.due_on)


def list_rounds(session: Session, programme: str, *, known_at: datetime) -> list[ReportingRound]:
    """Return the rounds that were open by the instant, oldest first, with the due dates as known then."""
    moves = list_moves(session, programme)  # Before the rows: a cursor that stays open after an error locks SQLite.
    rows = session.exec(
        select(RoundRow)
        .where(col(RoundRow.programme) == programme, col(RoundRow.opened_at) <= known_at)
        .order_by(col(RoundRow.opened_at), col(RoundRow.code))
    )
    return [_as_known(row, moves.get((row.code, WHOLE_ROUND), ()), known_at) for row in rows]


def _as_known(row: RoundRow, moves: Iterable[DueMove], at: datetime) -> ReportingRound:
    *earlier, (due_on, _) = due_terms(row.due_on, [one for one in moves if one.at <= at])
    return ReportingRound(
        code=row.code,
        opened_at=row.opened_at,
        due_on=due_on,
        earlier=tuple((on, moved_at) for on, moved_at in earlier if moved_at is not None),
    )


def list_moves(session: Session, programme: str) -> dict[tuple[str, str], tuple[DueMove, ...]]:
    """Return how due dates moved by round and organisation, in order; that of a round itself is under WHOLE_ROUND."""
    found: dict[tuple[str, str], tuple[DueMove, ...]] = defaultdict(tuple)
    statement = select(DueMoveRow).where(col(DueMoveRow.programme) == programme)
    for row in session.exec(statement.order_by(col(DueMoveRow.seq))):
        found[row.round, row.organisation] += (DueMove(at=row.at, due_on=row.due_on, reason=row.reason),)
    return found


def append_moves(session: Session, programme: str, round_code: str, moved: dict[str, DueMove], *, by: str) -> None:
    """Note to which day the requests of these organisations move; WHOLE_ROUND is the round itself."""
    session.add_all(
        DueMoveRow(
            programme=programme,
            round=round_code,
            organisation=organisation,
            at=move.at,
            due_on=move.due_on,
            reason=move.reason,
            by=by,
        )
        for organisation, move in moved.items()
    )
    session.flush()


def append_round(session: Session, programme: str, opened: ReportingRound, requests: list[Request]) -> None:
    """Open the round with its requests."""
    session.add(RoundRow(programme=programme, code=opened.code, opened_at=opened.opened_at, due_on=opened.due_on))
    session.flush()
    append_requests(session, programme, requests)


def append_requests(session: Session, programme: str, requests: list[Request]) -> None:
    """Open requests in a round that is there."""
    session.add_all(
        RequestRow(
            programme=programme,
            round=request.round,
            organisation=request.organisation,
            opened_at=request.opened_at,
            due_on=request.due_on,
            grace=request.grace,
            asked=request.asked,
        )
        for request in requests
    )
    session.flush()


def put_request(session: Session, programme: str, request: Request) -> None:
    """Open one request, or bring forward one that was to open later."""
    row = session.get(RequestRow, (programme, request.round, request.organisation), with_for_update=True)
    if row is None:
        append_requests(session, programme, [request])
        return
    row.opened_at, row.due_on, row.asked = request.opened_at, request.due_on, request.asked
    session.add(row)
    session.flush()


def list_requests(
    session: Session, programme: str, *, known_at: datetime, round_code: str | None = None
) -> list[Request]:
    """Return the requests that were open by the instant, by round and ministry; settled ones included."""
    statement = select(RequestRow).where(col(RequestRow.programme) == programme, col(RequestRow.opened_at) <= known_at)
    if round_code is not None:
        statement = statement.where(col(RequestRow.round) == round_code)
    statement = statement.order_by(col(RequestRow.opened_at), col(RequestRow.round), col(RequestRow.organisation))
    return [_as_request(row) for row in session.exec(statement)]


def list_openings_after(session: Session, programme: str, after: datetime) -> list[datetime]:
    """Return the instants after the given one at which requests open that are there already."""
    statement = select(RequestRow.opened_at).where(
        col(RequestRow.programme) == programme, col(RequestRow.opened_at) > after
    )
    return list(session.exec(statement))


def list_requests_of(session: Session, programme: str, round_code: str) -> list[Request]:
    """Return the requests of one round, those that open later included."""
    statement = select(RequestRow).where(col(RequestRow.programme) == programme, col(RequestRow.round) == round_code)
    statement = statement.order_by(col(RequestRow.opened_at), col(RequestRow.organisation))
    return [_as_request(row) for row in session.exec(statement)]


def find_request(session: Session, programme: str, round_code: str, organisation: str) -> Request | None:
    """Return the request to one ministry, if there is one."""
    row = session.get(RequestRow, (programme, round_code, organisation))
    return None if row is None else _as_request(row)


def settle_answered(session: Session, programme: str, request: Request, *, at: datetime) -> Request:
    """Note the first answer; a later one changes nothing."""
    row = _get_row(session, programme, request)
    row.answered_at = row.answered_at or at
    session.add(row)
    return _as_request(row)


def settle_waived(session: Session, programme: str, request: Request, *, at: datetime, reason: str, by: str) -> Request:
    """Note the waiver with its reason."""
    row = _get_row(session, programme, request)
    row.waived_at, row.waiver_reason, row.waived_by = at, reason, by
    session.add(row)
    return _as_request(row)


def _get_row(session: Session, programme: str, request: Request) -> RequestRow:
    row = session.get(RequestRow, (programme, request.round, request.organisation), with_for_update=True)
    if row is None:
        raise UnknownRound(request.round, ())
    return row


def _as_request(row: RequestRow) -> Request:
    return Request(
        round=row.round,
        organisation=row.organisation,
        opened_at=row.opened_at,
        due_on=row.due_on,
        grace=row.grace,
        asked=tuple(row.asked),
        answered_at=row.answered_at,
        waived_at=row.waived_at,
        waiver_reason=row.waiver_reason,
    )
