"""Reporting rounds and the requests in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.rounds import ReportingRound, Request
from ipa_core.errors import UnknownRound
from ipa_core.store.types import JsonList, UtcDateTime


class RoundRow(SQLModel, table=True):
    """A round opens once: programme and code are its key."""

    __tablename__ = "reporting_round"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    code: str = Field(primary_key=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date


class RequestRow(SQLModel, table=True):
    """What is asked of one ministry in a round. Each `_at` is filled once."""

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


def find_round(session: Session, programme: str, code: str) -> ReportingRound | None:
    """Return the round, if it was ever opened."""
    row = session.get(RoundRow, (programme, code))
    return None if row is None else ReportingRound(code=row.code, opened_at=row.opened_at, due_on=row.due_on)


def list_rounds(session: Session, programme: str, *, known_at: datetime) -> list[ReportingRound]:
    """Return the rounds that were open by the instant, oldest first."""
    rows = session.exec(
        select(RoundRow)
        .where(col(RoundRow.programme) == programme, col(RoundRow.opened_at) <= known_at)
        .order_by(col(RoundRow.opened_at), col(RoundRow.code))
    )
    return [ReportingRound(code=row.code, opened_at=row.opened_at, due_on=row.due_on) for row in rows]


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
