"""Held expectations: rows that close and are added, never overwritten, and the one query for what fell due."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, func, or_
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.expectations import Evidence, Expectation, HeldExpectation, Step, Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.store.types import JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


class ExpectationRow(SQLModel, table=True):
    """One expectation over the time in which it held.

    `owner` is the dossier or request whose facts it follows from. `next_at` is when a run must look at it again: its
    next break, or its closing once it has broken; empty when nothing more can happen.
    """

    __tablename__ = "expectation"
    __table_args__ = (
        Index("ix_expectation_programme_next_at", "programme", "next_at"),
        Index("ix_expectation_programme_owner", "programme", "owner"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    owner: str
    rule: str
    subject_kind: SubjectKind = Field(sa_column=enum_column(SubjectKind))
    subject_code: str
    held_from: datetime = Field(sa_type=UtcDateTime)
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    steps: tuple[Any, ...] = Field(sa_type=JsonList)
    evidence: tuple[Any, ...] = Field(sa_type=JsonList)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_closing_applied: bool = False
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def replace_from(
    session: Session, programme: str, owner: str, rows: Iterable[HeldExpectation], *, since: datetime
) -> None:
    """Let `rows` hold from `since` on: keep those that go on, close or void the others, add the new ones."""
    standing = _from(session, programme, owner, since)
    for row in rows:
        kept = next((old for old in standing if _goes_on(old, row, since)), None)
        if kept is None:
            session.add(_as_row(programme, owner, row))
            continue
        standing.remove(kept)
        _end(session, kept, row.held_until)
    for old in standing:
        _end(session, old, max(since, old.held_from))
    session.flush()


def list_owners(session: Session, programme: str, prefix: str) -> set[str]:
    """Return the owners of rows that begin like this."""
    owners = select(ExpectationRow.owner).where(
        col(ExpectationRow.programme) == programme, col(ExpectationRow.owner).startswith(prefix, autoescape=True)
    )
    return set(session.exec(owners.distinct()))


def list_due(session: Session, programme: str, *, until: datetime) -> list[ExpectationRow]:
    """Return the rows to which something happens by the instant, locked for this run."""
    return list(
        session.exec(
            select(ExpectationRow)
            .where(col(ExpectationRow.programme) == programme, col(ExpectationRow.next_at) <= until)
            .order_by(col(ExpectationRow.next_at), col(ExpectationRow.id))
            .with_for_update()
        )
    )


def mark_applied(session: Session, row: ExpectationRow, *, until: datetime) -> None:
    """Note that everything that happened to the row by the instant was applied."""
    held = as_held(row)
    passed = [at for at, _ in held.breaks() if at <= until]
    if passed:
        row.applied_at = passed[-1]
    if row.held_until is not None and row.held_until <= until:
        row.is_closing_applied = True
    row.next_at = _next_at(row)
    session.add(row)


def list_held(
    session: Session, programme: str, *, at: datetime, owners: Collection[str] | None = None
) -> list[ExpectationRow]:
    """Return the rows that hold at the instant, of these owners or of all."""
    statement = select(ExpectationRow).where(
        col(ExpectationRow.programme) == programme,
        col(ExpectationRow.held_from) <= at,
        or_(col(ExpectationRow.held_until).is_(None), col(ExpectationRow.held_until) > at),
    )
    if owners is not None:
        statement = statement.where(col(ExpectationRow.owner).in_(owners))
    return list(session.exec(statement.order_by(col(ExpectationRow.id))))


def list_from(session: Session, programme: str, owner: str, *, since: datetime) -> list[HeldExpectation]:
    """Return the rows of one owner that hold at `since` or later."""
    return [as_held(row) for row in _from(session, programme, owner, since)]


def list_standing(
    session: Session, programme: str, rule: str, *, before: datetime, owners: Collection[str] | None = None
) -> dict[str, HeldExpectation]:
    """Return the row of one rule that held just before the instant, of each of these owners or of all."""
    statement = select(ExpectationRow).where(
        col(ExpectationRow.programme) == programme,
        col(ExpectationRow.rule) == rule,
        col(ExpectationRow.held_from) < before,
        or_(col(ExpectationRow.held_until).is_(None), col(ExpectationRow.held_until) >= before),
    )
    if owners is not None:
        statement = statement.where(col(ExpectationRow.owner).in_(owners))
    return {row.owner: as_held(row) for row in session.exec(statement)}


def oldest_due(session: Session, programme: str, *, at: datetime) -> datetime | None:
    """Return the moment since which something waits to be applied, or None when nothing does."""
    return session.exec(
        select(func.min(ExpectationRow.next_at)).where(
            col(ExpectationRow.programme) == programme, col(ExpectationRow.next_at) <= at
        )
    ).one()


def get_many(session: Session, ids: Collection[int]) -> dict[int, HeldExpectation]:
    """Return rows by id."""
    rows = session.exec(select(ExpectationRow).where(col(ExpectationRow.id).in_(ids))) if ids else ()
    return {row.id: as_held(row) for row in rows if row.id is not None}


def as_held(row: ExpectationRow) -> HeldExpectation:
    """Map to the domain type."""
    return HeldExpectation(
        expectation=Expectation(
            rule=row.rule,
            subject=Subject(kind=row.subject_kind, code=row.subject_code),
            steps=tuple(Step(date.fromisoformat(on), Severity(severity)) for on, severity in row.steps),
            evidence=tuple(_read_evidence(item) for item in row.evidence),
        ),
        held_from=row.held_from,
        held_until=row.held_until,
        applied_at=row.applied_at,
    )


def _from(session: Session, programme: str, owner: str, since: datetime) -> list[ExpectationRow]:
    statement = select(ExpectationRow).where(
        col(ExpectationRow.programme) == programme,
        col(ExpectationRow.owner) == owner,
        or_(col(ExpectationRow.held_until).is_(None), col(ExpectationRow.held_until) > since),
    )
    return list(session.exec(statement.order_by(col(ExpectationRow.id)).with_for_update()))


def _goes_on(old: ExpectationRow, row: HeldExpectation, since: datetime) -> bool:
    """Tell whether the stored row says the same, and began before `since` or at the same instant."""
    is_same_time = old.held_from == row.held_from or (row.held_from == since and old.held_from < since)
    return is_same_time and as_held(old).expectation == row.expectation


def _end(session: Session, row: ExpectationRow, held_until: datetime | None) -> None:
    if row.held_until == held_until:
        return
    row.held_until = held_until
    row.next_at = _next_at(row)
    session.add(row)


def _next_at(row: ExpectationRow) -> datetime | None:
    waiting = as_held(row).unapplied_breaks()
    if waiting:
        return waiting[0][0]
    return row.held_until if row.applied_at is not None and not row.is_closing_applied else None


def _as_row(programme: str, owner: str, row: HeldExpectation) -> ExpectationRow:
    stored = ExpectationRow(
        programme=programme,
        owner=owner,
        rule=row.expectation.rule,
        subject_kind=row.expectation.subject.kind,
        subject_code=row.expectation.subject.code,
        held_from=row.held_from,
        held_until=row.held_until,
        steps=tuple([step.on.isoformat(), step.severity.value] for step in row.expectation.steps),
        evidence=tuple(_write_evidence(row.expectation.evidence)),
    )
    stored.next_at = _next_at(stored)
    return stored


def _write_evidence(evidence: Sequence[Evidence]) -> Iterable[list[str | int]]:
    for item in evidence:
        if isinstance(item.value, date):
            yield [item.name, "date", item.value.isoformat(), item.source]
        elif isinstance(item.value, int):
            yield [item.name, "int", item.value, item.source]
        else:
            yield [item.name, "text", str(item.value), item.source]


def _read_evidence(item: Sequence[Any]) -> Evidence:
    name, kind, value, source = item
    return Evidence(name=name, value=date.fromisoformat(value) if kind == "date" else value, source=source)
