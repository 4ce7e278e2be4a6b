"""Held expectations: rows that close and are added, never overwritten, and the one query for what fell due."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy
from sqlalchemy import Index, and_, case, func, or_
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.expectations import Evidence, Expectation, HeldExpectation, Step, Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.store import bulk
from ipa_core.store.bulk import BATCH, append_many, change_many, in_batches, table_of
from ipa_core.store.types import JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select


class ExpectationRow(SQLModel, table=True):
    """One expectation over the time in which it held.

    `owner` is the dossier or request whose facts it follows from. `next_at` is when a run must look at it again: its
    next break, or its closing once it has broken; empty when nothing more can happen.
    """

    __tablename__ = "expectation"
    __table_args__ = (
        Index("ix_expectation_programme_next_at", "programme", "next_at"),
        Index("ix_expectation_programme_owner", "programme", "owner"),
        Index("ix_expectation_programme_rule_subject", "programme", "rule", "subject_code"),
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


_rows = table_of(ExpectationRow)

_SEVERITIES = {severity.value: severity for severity in Severity}


class StoredExpectation(NamedTuple):
    """A held expectation with its number and its owner, and whether a run applied that it closed."""

    id: int
    owner: str
    held: HeldExpectation
    is_closing_applied: bool

    @property
    def next_at(self) -> datetime | None:
        """When a run must look at it again."""
        return _next_at(self.held, is_closing_applied=self.is_closing_applied)

    def applied(self, until: datetime) -> StoredExpectation:
        """Return what it is when everything that happened to it by the instant was applied."""
        passed = [at for at, _ in self.held.breaks() if at <= until]
        held = self.held._replace(applied_at=passed[-1]) if passed else self.held
        is_closed = held.held_until is not None and held.held_until <= until
        return self._replace(held=held, is_closing_applied=self.is_closing_applied or is_closed)


def replace_from(
    session: Session,
    programme: str,
    held: Mapping[str, Sequence[HeldExpectation]],
    *,
    since: Mapping[str, datetime],
    rules: Collection[str] | None = None,
) -> set[Subject]:
    """Let these rows of each owner hold from its instant on: keep those that go on, end the others, add the rest.

    Return what the rows are about that were added or have another end.

    Of an owner without an instant nothing stands yet. Rows of other than these rules (None: all) are left alone. A row
    that is known to end before it breaks is not kept: nothing follows from it, and of loaded history most are such. One
    without steps waits for nothing, and is kept for what it tells whoever holds the next row.
    """
    standing = list_from(session, programme, since, rules=rules)
    added: list[dict[str, Any]] = []
    ended: list[StoredExpectation] = []
    changed: set[Subject] = set()
    for owner, rows in held.items():
        mine = standing.get(owner, [])
        for row in rows:
            same = (old for old in mine if _goes_on(old.held, row, since[owner]))
            kept = min(same, key=lambda old: old.held.held_from, default=None)
            if kept is None:
                if row.held_until is None or row.first_break() is not None or not row.expectation.steps:
                    added.append(_as_values(programme, owner, row))
                    changed.add(row.expectation.subject)
                continue
            mine.remove(kept)
            ended += _ended(kept, row.held_until)
        for old in mine:
            ended += _ended(old, max(since[owner], old.held.held_from))
    _change(session, ended, ("held_until", "next_at"))
    append_many(session, _rows, added)
    return changed | {one.held.expectation.subject for one in ended}


def know_sizes(session: Session) -> None:
    """Let the database count what a first load added, and what of it is still to come after the first run."""
    bulk.know_sizes(session.connection(), _rows)


def list_open(
    session: Session, programme: str, rules: Collection[str], *, at: datetime
) -> Iterator[list[StoredExpectation]]:
    """Yield the rows of these rules that have no end by the instant, a thousand at a time, locked.

    What is written between two of them is not read again. They come in the order of an index, so that no thousand costs
    more than the one before it.
    """
    last = session.execute(sqlalchemy.select(func.max(_rows.c.id))).scalar() or 0
    place = sqlalchemy.tuple_(_rows.c.subject_code, _rows.c.id)
    for rule in sorted(rules):
        seen = ("", 0)
        while True:
            statement = _select(programme).where(_rows.c.id <= last, place > seen, *_is_open({rule}, at))
            ordered = statement.order_by(_rows.c.subject_code, _rows.c.id)
            found = session.execute(ordered.limit(BATCH).with_for_update()).all()
            if not found:
                break
            seen = (found[-1].subject_code, found[-1].id)
            yield [_as_stored(row) for row in found]


def count_open(session: Session, programme: str, rules: Collection[str], *, at: datetime) -> int:
    """Return how many rows of these rules have no end by the instant."""
    counted = sqlalchemy.select(func.count()).where(_rows.c.programme == programme, *_is_open(rules, at))
    return int(session.execute(counted).scalar_one())


def say_anew(
    session: Session, programme: str, said: Iterable[tuple[StoredExpectation, Expectation]], *, since: datetime
) -> None:
    """Let each open row end at the instant, and another expectation of the same owner hold from then on."""
    ended: dict[datetime, list[int]] = {}
    added: list[dict[str, Any]] = []
    for stored, expectation in said:
        at = max(since, stored.held.held_from)
        ended.setdefault(at, []).append(stored.id)
        added.append(_as_values(programme, stored.owner, HeldExpectation(expectation=expectation, held_from=at)))
    for at, ids in ended.items():
        _end_open(session, ids, at)
    append_many(session, _rows, added)


def list_owners(session: Session, programme: str, prefix: str) -> set[str]:
    """Return the owners of rows that begin like this."""
    owners = select(ExpectationRow.owner).where(
        col(ExpectationRow.programme) == programme, col(ExpectationRow.owner).startswith(prefix, autoescape=True)
    )
    return set(session.exec(owners.distinct()))


def list_due(session: Session, programme: str, *, until: datetime) -> list[StoredExpectation]:
    """Return the rows to which something happens by the instant, locked for this run, without their evidence."""
    statement = (
        _select(programme).where(_rows.c.next_at <= until).order_by(_rows.c.next_at, _rows.c.id).with_for_update()
    )
    return [_as_stored(row, is_evidence_read=False) for row in session.execute(statement).all()]


def mark_applied(session: Session, due: Iterable[StoredExpectation], *, until: datetime) -> None:
    """Note that everything that happened to these rows by the instant was applied."""
    _change(session, [one.applied(until) for one in due], ("applied_at", "is_closing_applied", "next_at"))


def list_held(
    session: Session, programme: str, *, at: datetime, owners: Collection[str] | None = None
) -> list[StoredExpectation]:
    """Return the rows that hold at the instant, of these owners or of all."""
    statement = _select(programme).where(
        _rows.c.held_from <= at, or_(_rows.c.held_until.is_(None), _rows.c.held_until > at)
    )
    if owners is not None:
        statement = statement.where(_rows.c.owner.in_(owners))
    return [_as_stored(row) for row in session.execute(statement.order_by(_rows.c.id)).all()]


def list_from(
    session: Session, programme: str, since: Mapping[str, datetime], *, rules: Collection[str] | None = None
) -> dict[str, list[StoredExpectation]]:
    """Return the rows of each owner that hold at its instant or later, locked.

    One that ends at the instant is among them until a run applied that: what ends it may be taken back at that instant.
    """
    found: dict[str, list[StoredExpectation]] = {}
    for batch in in_batches(since):
        statement = _select(programme).where(
            _rows.c.owner.in_(batch),
            or_(_rows.c.held_until.is_(None), _rows.c.held_until >= min(since[owner] for owner in batch)),
        )
        if rules is not None:
            statement = statement.where(_rows.c.rule.in_(rules))
        for row in session.execute(statement.order_by(_rows.c.id).with_for_update()).all():
            at = since[row.owner]
            if row.held_until is None or row.held_until > at or (row.held_until == at and not row.is_closing_applied):
                found.setdefault(row.owner, []).append(_as_stored(row))
    return found


def list_standing(
    session: Session, programme: str, rule: str, *, before: datetime, owners: Collection[str]
) -> dict[str, HeldExpectation]:
    """Return the row of one rule that held just before the instant, of each of these owners."""
    statement = _select(programme).where(
        _rows.c.rule == rule,
        _rows.c.held_from < before,
        or_(_rows.c.held_until.is_(None), _rows.c.held_until >= before),
        _rows.c.owner.in_(owners),
    )
    return {row.owner: _as_held(row) for row in session.execute(statement)}


def list_subjects(
    session: Session, programme: str, rule: str, *, since: datetime, owners: Collection[str] | None = None
) -> set[str]:
    """Return the codes that rows of one rule are about, of these owners or of all, as far as they hold from then on."""
    statement = sqlalchemy.select(_rows.c.subject_code).where(_of_rule(programme, rule, since)).distinct()
    if owners is None:
        return set(session.execute(statement).scalars())
    return {
        code
        for batch in in_batches(owners)
        for code in session.execute(statement.where(_rows.c.owner.in_(batch))).scalars()
    }


def owners_of(programme: str, rule: str, subject: str, *, since: datetime) -> Select[tuple[str]]:
    """Select the owners of the rows of one rule about a code, as far as they hold from an instant on."""
    return sqlalchemy.select(_rows.c.owner).where(_of_rule(programme, rule, since), _rows.c.subject_code == subject)


def count_terms(
    session: Session, programme: str, rule: str, subject: str, *, since: datetime, besides: str
) -> list[tuple[datetime, datetime | None, int]]:
    """Return from when until when how many rows of one rule about a code hold, apart from those of one owner."""
    statement = (
        sqlalchemy.select(_rows.c.held_from, _rows.c.held_until, func.count())
        .where(_of_rule(programme, rule, since), _rows.c.subject_code == subject, _rows.c.owner != besides)
        .group_by(_rows.c.held_from, _rows.c.held_until)
    )
    return [(begins_at, ends_at, count) for begins_at, ends_at, count in session.execute(statement)]


def _of_rule(programme: str, rule: str, since: datetime) -> ColumnElement[bool]:
    lasts = or_(_rows.c.held_until.is_(None), _rows.c.held_until > since)
    return and_(_rows.c.programme == programme, _rows.c.rule == rule, lasts)


def oldest_due(session: Session, programme: str, *, at: datetime) -> datetime | None:
    """Return the moment since which something waits to be applied, or None when nothing does."""
    return session.exec(
        select(func.min(ExpectationRow.next_at)).where(
            col(ExpectationRow.programme) == programme, col(ExpectationRow.next_at) <= at
        )
    ).one()


def get_many(session: Session, ids: Collection[int]) -> dict[int, HeldExpectation]:
    """Return rows by id."""
    found: dict[int, HeldExpectation] = {}
    for batch in in_batches(ids):
        rows = session.execute(sqlalchemy.select(_rows).where(_rows.c.id.in_(batch)))
        found |= {row.id: _as_held(row) for row in rows}
    return found


def _is_open(rules: Collection[str], at: datetime) -> tuple[ColumnElement[bool], ...]:
    return _rows.c.rule.in_(rules), or_(_rows.c.held_until.is_(None), _rows.c.held_until > at)


def _select(programme: str) -> Select[Any]:
    return sqlalchemy.select(_rows).where(_rows.c.programme == programme)


def _as_stored(row: Any, *, is_evidence_read: bool = True) -> StoredExpectation:  # noqa: ANN401 - a row of the table
    held = _as_held(row, is_evidence_read=is_evidence_read)
    return StoredExpectation(id=row.id, owner=row.owner, held=held, is_closing_applied=row.is_closing_applied)


def _as_held(row: Any, *, is_evidence_read: bool = True) -> HeldExpectation:  # noqa: ANN401 - a row of the table
    return HeldExpectation(
        expectation=Expectation(
            rule=row.rule,
            subject=Subject(kind=row.subject_kind, code=row.subject_code),
            steps=tuple(Step(date.fromisoformat(on), _SEVERITIES[severity]) for on, severity in row.steps),
            evidence=tuple(_read_evidence(item) for item in row.evidence) if is_evidence_read else (),
        ),
        held_from=row.held_from,
        held_until=row.held_until,
        applied_at=row.applied_at,
    )


def _goes_on(old: HeldExpectation, row: HeldExpectation, since: datetime) -> bool:
    """Tell whether the stored row says the same, and began before `since` or at the same instant."""
    is_same_time = old.held_from == row.held_from or (row.held_from == since and old.held_from < since)
    return is_same_time and old.expectation == row.expectation


def _ended(stored: StoredExpectation, held_until: datetime | None) -> list[StoredExpectation]:
    """Return the row with another end, if it is another."""
    if stored.held.held_until == held_until:
        return []
    return [stored._replace(held=stored.held._replace(held_until=held_until))]


def _end_open(session: Session, ids: Iterable[int], at: datetime) -> None:
    """End open rows at an instant, as `_next_at` would: of one that broke a run must see that it closed."""
    broke = and_(_rows.c.applied_at.is_not(None), _rows.c.is_closing_applied.is_(False))
    end = sqlalchemy.literal(at, _rows.c.held_until.type)
    next_at = case((_rows.c.next_at < at, _rows.c.next_at), (broke, end), else_=None)
    for batch in in_batches(ids):
        session.execute(sqlalchemy.update(_rows).where(_rows.c.id.in_(batch)).values(held_until=end, next_at=next_at))


def _change(session: Session, changed: Iterable[StoredExpectation], columns: Sequence[str]) -> None:
    rows = (
        {
            "id": one.id,
            "held_until": one.held.held_until,
            "applied_at": one.held.applied_at,
            "is_closing_applied": one.is_closing_applied,
            "next_at": one.next_at,
        }
        for one in changed
    )
    change_many(session, _rows, rows, key="id", columns=columns)


def _next_at(held: HeldExpectation, *, is_closing_applied: bool) -> datetime | None:
    if held.applied_at is None:
        return held.first_break()
    waiting = held.unapplied_breaks()
    if waiting:
        return waiting[0][0]
    return None if is_closing_applied else held.held_until


def _as_values(programme: str, owner: str, row: HeldExpectation) -> dict[str, Any]:
    return {
        "programme": programme,
        "owner": owner,
        "rule": row.expectation.rule,
        "subject_kind": row.expectation.subject.kind,
        "subject_code": row.expectation.subject.code,
        "held_from": row.held_from,
        "held_until": row.held_until,
        "steps": tuple((step.on.isoformat(), step.severity.value) for step in row.expectation.steps),
        "evidence": tuple(_write_evidence(row.expectation.evidence)),
        "applied_at": None,
        "is_closing_applied": False,
        "next_at": _next_at(row, is_closing_applied=False),
    }


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
