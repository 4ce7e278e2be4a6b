"""Programmes: their rhythm, their dated policy and calendars, and the moment of their latest write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import Text, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.calendars import Calendar, FreeDay
from ipa_core.domain.periods import Cadence
from ipa_core.domain.programmes import ContextKind, ContextPeriod, PolicyKind, PolicyOverride, Programme
from ipa_core.errors import UnknownProgramme, WriteInThePast
from ipa_core.store.bulk import table_of
from ipa_core.store.types import Json, JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Sequence


_UNVERIFIED = "unverified"


class ProgrammeRow(SQLModel, table=True):
    """One programme; `last_write_at` and `first_run_at` are moments as the commands gave them.

    `news` counts the writes that may change who must hear what. The notices were planned when it was `planned_news`;
    that plan stands until `plan_again_at`. `history_lines` are those of the history that was loaded last, of which
    `history_fingerprint` tells whether it is the same; "" when that was not kept.
    """

    __tablename__ = "programme"

    code: str = Field(primary_key=True, max_length=64)
    name: str
    timezone: str
    adopted_on: date
    cadence: Cadence = Field(sa_column=enum_column(Cadence))
    opens_after: int
    answer_within: int
    grace: int
    loaded_at: datetime = Field(sa_type=UtcDateTime)
    last_write_at: datetime = Field(sa_type=UtcDateTime)
    first_run_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    news: int = 0
    planned_news: int = -1
    plan_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    history_fingerprint: str = ""
    history_lines: int = 0


class PolicyOverrideRow(SQLModel, table=True):
    """Other values for a rule or ladder; they count from `counts_from`."""

    __tablename__ = "policy_override"
    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    kind: PolicyKind = Field(sa_column=enum_column(PolicyKind))
    code: str
    valid_from: date
    decision: str
    values: dict[str, Any] = Field(sa_type=Json)
    counts_from: datetime = Field(sa_type=UtcDateTime)


class CalendarRow(SQLModel, table=True):
    """One version of a programme's calendar, free days and context periods included."""

    __tablename__ = "calendar_version"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    version: int = Field(primary_key=True)
    counts_from: datetime = Field(sa_type=UtcDateTime)
    first: date
    last: date
    free_days: tuple[Any, ...] = Field(sa_type=JsonList)
    context: tuple[Any, ...] = Field(sa_type=JsonList)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyData:
    """The dated policy of a programme as it is stored."""

    overrides: tuple[tuple[datetime, PolicyOverride], ...]
    calendars: tuple[tuple[datetime, Calendar], ...]
    context: tuple[ContextPeriod, ...]


def list_codes(session: Session) -> list[str]:
    """Return the codes of all programmes, in order."""
    return list(session.exec(select(ProgrammeRow.code).order_by(ProgrammeRow.code)))


def get_row(session: Session, code: str, *, is_locked: bool = False) -> ProgrammeRow:
    """Return the stored programme, locked if asked for; raises UnknownProgramme."""
    row = session.get(ProgrammeRow, code, with_for_update=is_locked or None)
    if row is None:
        raise UnknownProgramme(code, tuple(list_codes(session)))
    return row


def lock(session: Session, code: str, *, at: datetime) -> ProgrammeRow:
    """Lock the programme for a write that happens at `at`.

    Two runs for the same programme exclude each other here. A moment earlier than the latest write raises
    WriteInThePast: facts cannot be slipped in before what was already decided. Who writes something, says so with
    `note_write`.
    """
    row = session.exec(select(ProgrammeRow).where(col(ProgrammeRow.code) == code).with_for_update()).first()
    if row is None:
        raise UnknownProgramme(code, tuple(list_codes(session)))
    if at < row.last_write_at:
        raise WriteInThePast(code, at, row.last_write_at)
    return row


def refuse_past(session: Session, codes: Sequence[str], *, at: datetime) -> None:
    """Raise WriteInThePast if each of the programmes was written to after the moment; there is at least one."""
    rows = [get_row(session, code) for code in codes]
    if all(at < row.last_write_at for row in rows):
        raise WriteInThePast(rows[0].code, at, rows[0].last_write_at)


def note_write(session: Session, row: ProgrammeRow, *, at: datetime, is_news: bool = True) -> None:
    """Note the moment of the latest write; a run that changed nothing leaves it alone.

    `is_news` is False for what changes nothing in who must hear what: a message that went as planned.
    """
    row.last_write_at = max(row.last_write_at, at)
    row.news += is_news
    session.add(row)


def is_planned(row: ProgrammeRow, *, at: datetime) -> bool:
    """Tell whether the plan of the notices stands: nothing was written since, and its day has not passed."""
    return row.news == row.planned_news and row.plan_again_at is not None and at < row.plan_again_at


def note_planned(session: Session, row: ProgrammeRow, *, again_at: datetime) -> None:
    """Note that the notices are planned, and until when that stands."""
    row.planned_news, row.plan_again_at = row.news, again_at
    session.add(row)


def forget_plan(session: Session, row: ProgrammeRow) -> None:
    """Let the notices be planned anew, also while the plan stands."""
    row.plan_again_at = None
    session.add(row)


def note_history(session: Session, row: ProgrammeRow, *, fingerprint: str, lines: int) -> None:
    """Note which history was loaded, so that the same one need not be read again."""
    row.history_fingerprint, row.history_lines = fingerprint, lines
    session.add(row)


def append_new(session: Session, programme: Programme, *, at: datetime) -> bool:
    """Append a programme that was never loaded, and tell whether we did.

    Of two first loads at once the database lets the other one wait here for the end of the first.
    """
    if programme.code in list_codes(session):
        return False
    try:
        with session.begin_nested():
            session.add(_new_row(programme, at=at))
    except IntegrityError:
        return False
    return True


def _new_row(programme: Programme, *, at: datetime) -> ProgrammeRow:
    return ProgrammeRow(
        code=programme.code,
        name=programme.name,
        timezone=programme.timezone,
        adopted_on=programme.adopted_on,
        cadence=programme.cadence,
        opens_after=programme.opens_after,
        answer_within=programme.answer_within,
        grace=programme.grace,
        loaded_at=at,
        last_write_at=at,
    )


def change(session: Session, row: ProgrammeRow, programme: Programme) -> None:
    """Bring the row in line with what the folder says now."""
    row.name, row.timezone, row.adopted_on = programme.name, programme.timezone, programme.adopted_on
    row.cadence, row.opens_after = programme.cadence, programme.opens_after
    row.answer_within, row.grace = programme.answer_within, programme.grace
    session.add(row)
    session.flush()


def as_programme(row: ProgrammeRow) -> Programme:
    """Map to the domain type."""
    return Programme(
        code=row.code,
        name=row.name,
        timezone=row.timezone,
        adopted_on=row.adopted_on,
        cadence=row.cadence,
        opens_after=row.opens_after,
        answer_within=row.answer_within,
        grace=row.grace,
    )


def get_policy(session: Session, code: str) -> PolicyData:
    """Return overrides and calendars with the instants from which they count, oldest first."""
    overrides = session.exec(
        select(PolicyOverrideRow)
        .where(col(PolicyOverrideRow.programme) == code)
        .order_by(col(PolicyOverrideRow.counts_from), col(PolicyOverrideRow.seq))
    )
    # The free days of a century are asked for as text: taking them apart at each look costs more than the look.
    days = table_of(CalendarRow).c
    free_days = type_coerce(days.free_days, Text).label("free_days")
    columns = (days.counts_from, days.version, days.first, days.last, free_days, days.context)
    calendars = session.execute(sqlalchemy.select(*columns).where(days.programme == code).order_by(days.version)).all()
    return PolicyData(
        overrides=tuple((row.counts_from, _as_override(row)) for row in overrides),
        calendars=tuple(
            (row.counts_from, _calendar(row.version, row.first, row.last, row.free_days)) for row in calendars
        ),
        context=_as_context(calendars[-1].context if calendars else ()),
    )


def append_overrides(session: Session, code: str, overrides: Sequence[tuple[datetime, PolicyOverride]]) -> int:
    """Append the overrides that are not there yet, or say something else than the newest; return how many."""
    newest = {(o.kind, o.code, o.valid_from): o for _, o in get_policy(session, code).overrides}
    added = [
        PolicyOverrideRow(
            programme=code,
            kind=override.kind,
            code=override.code,
            valid_from=override.valid_from,
            decision=override.decision,
            values=dict(override.values),
            counts_from=counts_from,
        )
        for counts_from, override in overrides
        if newest.get((override.kind, override.code, override.valid_from)) != override
    ]
    session.add_all(added)
    session.flush()
    return len(added)


def append_calendar(
    session: Session,
    code: str,
    *,
    free_days: Sequence[FreeDay],
    context: Sequence[ContextPeriod],
    first: date,
    last: date,
    counts_from: datetime,
) -> bool:
    """Append a calendar version if it differs from the newest one; tell whether it did."""
    newest = session.exec(
        select(CalendarRow).where(col(CalendarRow.programme) == code).order_by(col(CalendarRow.version).desc())
    ).first()
    row = CalendarRow(
        programme=code,
        version=newest.version + 1 if newest else 1,
        counts_from=counts_from,
        first=first,
        last=last,
        free_days=tuple(_write_free_day(free) for free in free_days),
        context=tuple(
            [period.kind.value, period.first.isoformat(), period.last.isoformat(), period.name, period.source]
            for period in context
        ),
    )
    if newest and (newest.free_days, newest.context) == (_plain(row.free_days), _plain(row.context)):
        return False
    session.add(row)
    session.flush()
    return True


def _plain(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(list(row) for row in rows)


def _as_override(row: PolicyOverrideRow) -> PolicyOverride:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in row.values.items()}
    return PolicyOverride(kind=row.kind, code=row.code, values=values, valid_from=row.valid_from, decision=row.decision)


@lru_cache(maxsize=64)
def _calendar(version: int, first: date, last: date, free_days: str) -> Calendar:
    """Lay out a calendar once for all transactions that ask for it."""
    return Calendar(
        version=version,
        free_days=tuple(_read_free_day(*item) for item in json.loads(free_days)),
        first=first,
        last=last,
    )


def _write_free_day(free: FreeDay) -> list[str]:
    return [free.on.isoformat(), free.name, *([] if free.is_verified else [_UNVERIFIED])]


def _read_free_day(on: str, name: str, verified: str = "") -> FreeDay:
    return FreeDay(on=date.fromisoformat(on), name=name, is_verified=verified != _UNVERIFIED)


def _as_context(periods: Sequence[Sequence[str]]) -> tuple[ContextPeriod, ...]:
    return tuple(
        ContextPeriod(
            kind=ContextKind(kind),
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
            name=name,
            source=source,
        )
        for kind, first, last, name, source in periods
    )
