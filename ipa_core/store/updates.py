"""Status updates: facts that are appended and never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, Session, SQLModel, col, func, select

from ipa_core.domain.rounds import AnsweredLine
from ipa_core.domain.shared_causes import SaidCause
from ipa_core.domain.updates import Confidence, Effect, Origin, Plan, Rating, RootCause, Status, StatusUpdate
from ipa_core.store.bulk import append_many, table_of
from ipa_core.store.submissions import SubmissionRow
from ipa_core.store.types import JsonList, UtcDateTime, enum_column
from ipa_core.store.versions import append_changed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ipa_core.store.versions import Appended


class StatusUpdateRow(SQLModel, table=True):
    """One line about one dossier. `is_plan_said` with an empty `planned_on` means that the date was taken away.

    `ordinal` tells lines of the same organisation about the same dossier and day apart.
    """

    __tablename__ = "status_update"
    __table_args__ = (
        Index("ix_status_update_programme_dossier", "programme", "dossier"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    dossier: str
    milestone: str | None = None
    organisation: str
    effective_on: date
    ordinal: int = 0
    origin: Origin = Field(sa_column=enum_column(Origin))
    status: Status | None = Field(default=None, sa_column=enum_column(Status, nullable=True))
    progress: int | None = None
    is_plan_said: bool = False
    planned_on: date | None = None
    reason: str = ""
    note: str = ""
    evidence: tuple[Any, ...] = Field(default=(), sa_type=JsonList)
    root_cause: RootCause | None = Field(default=None, sa_column=enum_column(RootCause, nullable=True))
    help_wanted: str = ""
    effect: Effect | None = Field(default=None, sa_column=enum_column(Effect, nullable=True))
    rating: Rating | None = Field(default=None, sa_column=enum_column(Rating, nullable=True))
    is_unchanged: bool = False
    source: str = ""
    confidence: Confidence | None = Field(default=None, sa_column=enum_column(Confidence, nullable=True))
    submission: str | None = Field(default=None, foreign_key="submission.id", index=True)
    supersedes: int | None = None
    likeness: int | None = None


_PLAN, _ROUND = StatusUpdate._fields.index("plan"), StatusUpdate._fields.index("round")

_HISTORY_KEY = ("dossier", "milestone", "organisation", "effective_on", "ordinal", "origin")


def append_history(session: Session, programme: str, facts: Iterable[StatusUpdate]) -> Appended:
    """Append the facts of a loaded history that are new, or say something else than before and so correct it."""
    rows = (as_values(fact) for fact in facts)
    table = table_of(StatusUpdateRow)
    return append_changed(session, table, rows, programme=programme, key=_HISTORY_KEY, dossier="dossier")


def append_facts(session: Session, programme: str, facts: Iterable[StatusUpdate]) -> None:
    """Append facts as they come."""
    rows = ({**as_values(fact), "programme": programme, "ordinal": 0} for fact in facts)
    append_many(session, table_of(StatusUpdateRow), rows)


def list_register_plans(session: Session, programme: str) -> dict[str, date | None]:
    """Return the planned date that the register itself last gave for each dossier."""
    lines = table_of(StatusUpdateRow)
    statement = sqlalchemy.select(lines.c.dossier, lines.c.planned_on).where(
        lines.c.programme == programme, lines.c.origin == Origin.REGISTER
    )
    return {row.dossier: row.planned_on for row in session.execute(statement.order_by(lines.c.seq))}


def list_updates(
    session: Session, programme: str, dossiers: Collection[str] | None = None
) -> dict[str, tuple[StatusUpdate, ...]]:
    """Return the updates of each dossier by sequence number; of all dossiers when none are named."""
    lines, submissions = table_of(StatusUpdateRow), table_of(SubmissionRow)
    kept_elsewhere = {"plan": lines.c.is_plan_said, "round": submissions.c.round}
    columns = [kept_elsewhere[name] if name in kept_elsewhere else lines.c[name] for name in StatusUpdate._fields]
    statement = (
        sqlalchemy.select(*columns, lines.c.planned_on)
        .select_from(lines.outerjoin(submissions, lines.c.submission == submissions.c.id))
        .where(lines.c.programme == programme)
        .order_by(lines.c.seq)
    )
    if dossiers is not None:
        statement = statement.where(lines.c.dossier.in_(dossiers))
    found: dict[str, list[StatusUpdate]] = {}
    for row in session.execute(statement).all():
        update = _as_update(row)
        found.setdefault(update.dossier, []).append(update)
    return {dossier: tuple(updates) for dossier, updates in found.items()}


def list_causes(
    session: Session, programme: str, *, since: datetime | None = None, dossiers: Collection[str] | None = None
) -> list[SaidCause]:
    """Return the causes that ministries said from an instant on, in order; of all dossiers when none are named."""
    lines = table_of(StatusUpdateRow)
    statement = sqlalchemy.select(lines.c.dossier, lines.c.recorded_at, lines.c.root_cause).where(
        lines.c.programme == programme, lines.c.root_cause.is_not(None)
    )
    if since is not None:
        statement = statement.where(lines.c.recorded_at >= since)
    if dossiers is not None:
        statement = statement.where(lines.c.dossier.in_(dossiers))
    rows = session.execute(statement.order_by(lines.c.recorded_at, lines.c.seq))
    return [SaidCause(dossier=row.dossier, at=row.recorded_at, cause=row.root_cause) for row in rows]


def first_at(session: Session, programme: str) -> datetime | None:
    """Return when the first update was known, None before any."""
    first = select(func.min(StatusUpdateRow.recorded_at)).where(col(StatusUpdateRow.programme) == programme)
    return session.exec(first).one()


def has_later(session: Session, programme: str, *, after: datetime) -> bool:
    """Tell whether any update counts from a later instant only."""
    statement = select(StatusUpdateRow.seq).where(
        col(StatusUpdateRow.programme) == programme, col(StatusUpdateRow.recorded_at) > after
    )
    return session.exec(statement.limit(1)).first() is not None


def list_rated(session: Session, programme: str) -> set[str]:
    """Return the dossiers that a ministry ever rated."""
    lines = table_of(StatusUpdateRow)
    statement = sqlalchemy.select(lines.c.dossier).where(lines.c.programme == programme, lines.c.rating.is_not(None))
    return set(session.execute(statement.distinct()).scalars())


def list_answered_lines(session: Session, programme: str, round_code: str) -> list[AnsweredLine]:
    """Return the lines that came in answer to a round, each about a whole dossier, in the order in which they came."""
    rows = session.exec(
        select(StatusUpdateRow.dossier, StatusUpdateRow.organisation, StatusUpdateRow.recorded_at)
        .join(SubmissionRow, col(StatusUpdateRow.submission) == col(SubmissionRow.id))
        .where(
            col(SubmissionRow.programme) == programme,
            col(SubmissionRow.round) == round_code,
            col(StatusUpdateRow.milestone).is_(None),
        )
        .order_by(col(StatusUpdateRow.seq))
    )
    return [AnsweredLine(dossier=dossier, organisation=organisation, at=at) for dossier, organisation, at in rows]


def list_submitters(session: Session, programme: str, dossier: str) -> set[str]:
    """Return who reported, as far as they gave a name, that the dossier was completed."""
    statement = (
        select(SubmissionRow.submitted_by)
        .join(StatusUpdateRow, col(StatusUpdateRow.submission) == col(SubmissionRow.id))
        .where(
            col(StatusUpdateRow.programme) == programme,
            col(StatusUpdateRow.dossier) == dossier,
            col(StatusUpdateRow.status) == Status.COMPLETED,
            col(SubmissionRow.submitted_by) != "",
        )
    )
    return set(session.exec(statement))


def list_notes(session: Session, programme: str, round_code: str) -> dict[str, list[str]]:
    """Return what the answers to a round noted about each dossier as a whole."""
    rows = session.exec(
        select(StatusUpdateRow.dossier, StatusUpdateRow.note)
        .join(SubmissionRow, col(StatusUpdateRow.submission) == col(SubmissionRow.id))
        .where(
            col(SubmissionRow.programme) == programme,
            col(SubmissionRow.round) == round_code,
            col(StatusUpdateRow.milestone).is_(None),
            col(StatusUpdateRow.note) != "",
        )
    )
    found: dict[str, list[str]] = {}
    for dossier, note in rows:
        found.setdefault(dossier, []).append(note)
    return found


def as_row(programme: str, update: StatusUpdate, *, submission: str | None = None) -> StatusUpdateRow:
    """Map from the domain type; the database gives the sequence number, and the submission knows the round."""
    values = as_values(update)
    del values["seq"]
    return StatusUpdateRow(**{**values, "programme": programme, "submission": submission})


def as_values(update: StatusUpdate) -> dict[str, Any]:
    """Return the columns of a row that belongs to no submission, but for its programme."""
    values = update._asdict()
    plan = update.plan
    values.update(is_plan_said=plan is not None, planned_on=plan.on if plan is not None else None, submission=None)
    return values


def _as_update(row: Sequence[Any]) -> StatusUpdate:
    """Read the fields of an update in their order, with whether a date was said for its plan, and that date behind."""
    *fields, planned_on = row
    fields[_PLAN] = Plan(on=planned_on) if fields[_PLAN] else None
    fields[_ROUND] = fields[_ROUND] or ""
    return StatusUpdate._make(fields)
