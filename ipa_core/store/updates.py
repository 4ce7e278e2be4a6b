"""Status updates: facts that are appended and never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, Session, SQLModel, col, func, select

from ipa_core.domain.rounds import AnsweredLine
from ipa_core.domain.updates import Confidence, Effect, Origin, Plan, Rating, RootCause, Status, StatusUpdate
from ipa_core.store.submissions import SubmissionRow
from ipa_core.store.types import JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection


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


HISTORY_KEY = ("dossier", "milestone", "organisation", "effective_on", "ordinal", "origin")


def list_updates(
    session: Session, programme: str, dossiers: Collection[str] | None = None
) -> dict[str, tuple[StatusUpdate, ...]]:
    """Return the updates of each dossier by sequence number; of all dossiers when none are named."""
    statement = (
        select(StatusUpdateRow, SubmissionRow.round)
        .join(SubmissionRow, col(StatusUpdateRow.submission) == col(SubmissionRow.id), isouter=True)
        .where(col(StatusUpdateRow.programme) == programme)
    )
    if dossiers is not None:
        statement = statement.where(col(StatusUpdateRow.dossier).in_(dossiers))
    found: dict[str, list[StatusUpdate]] = {}
    for row, round_code in session.exec(statement.order_by(col(StatusUpdateRow.seq))):
        found.setdefault(row.dossier, []).append(_as_update(row, round_code or ""))
    return {dossier: tuple(updates) for dossier, updates in found.items()}


def first_at(session: Session, programme: str) -> datetime | None:
    """Return when the first update was known, None before any."""
    first = select(func.min(StatusUpdateRow.recorded_at)).where(col(StatusUpdateRow.programme) == programme)
    return session.exec(first).one()


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


def as_row(programme: str, update: StatusUpdate, *, submission: str | None = None, ordinal: int = 0) -> StatusUpdateRow:
    """Map from the domain type; the database gives the sequence number, and the submission knows the round."""
    return StatusUpdateRow(
        programme=programme,
        recorded_at=update.recorded_at,
        dossier=update.dossier,
        milestone=update.milestone,
        organisation=update.organisation,
        effective_on=update.effective_on,
        ordinal=ordinal,
        origin=update.origin,
        status=update.status,
        progress=update.progress,
        is_plan_said=update.plan is not None,
        planned_on=update.plan.on if update.plan is not None else None,
        reason=update.reason,
        note=update.note,
        likeness=update.likeness,
        evidence=update.evidence,
        root_cause=update.root_cause,
        help_wanted=update.help_wanted,
        effect=update.effect,
        rating=update.rating,
        is_unchanged=update.is_unchanged,
        source=update.source,
        confidence=update.confidence,
        submission=submission,
        supersedes=update.supersedes,
    )


def _as_update(row: StatusUpdateRow, round_code: str) -> StatusUpdate:
    values = row.model_dump(exclude={"programme", "ordinal", "is_plan_said", "planned_on", "submission"})
    values["evidence"] = tuple(values["evidence"])
    return StatusUpdate(**values, round=round_code, plan=Plan(on=row.planned_on) if row.is_plan_said else None)
