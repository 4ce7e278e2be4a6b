"""The register: versions of recommendations and measures, and their milestones."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.recommendations import Adoption, DossierKind, Milestone, Recommendation, Recurrence
from ipa_core.store.types import JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection


class RecommendationRow(SQLModel, table=True):
    """One version of a recommendation or measure."""

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_programme_code", "programme", "code"),)

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    code: str
    kind: DossierKind = Field(sa_column=enum_column(DossierKind))
    parent: str = ""
    theme: str
    title: str
    description: str = ""
    lead: str
    co_leads: tuple[Any, ...] = Field(default=(), sa_type=JsonList)
    actors: tuple[Any, ...] = Field(default=(), sa_type=JsonList)
    instrument: str = ""
    adopted_on: date
    depends_on: tuple[Any, ...] = Field(default=(), sa_type=JsonList)
    recurs: Recurrence | None = Field(default=None, sa_column=enum_column(Recurrence, nullable=True))
    official_code: str = ""
    source: str = ""
    confidence: str = ""
    provenance: str = ""
    has_priority: bool = False
    advised_on: date | None = None
    adoption: Adoption = Field(sa_column=enum_column(Adoption))


class MilestoneRow(SQLModel, table=True):
    """One version of a milestone."""

    __tablename__ = "milestone"

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    code: str
    dossier: str
    title: str
    planned_on: date | None = None


class DependencyRow(SQLModel, table=True):
    """A dossier once depended on a root; whether it does at an instant, its versions tell."""

    __tablename__ = "dependency"
    __table_args__ = (Index("ix_dependency_programme_root", "programme", "root"),)

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    dossier: str = Field(primary_key=True)
    root: str = Field(primary_key=True)


RECOMMENDATION_KEY = ("code",)
MILESTONE_KEY = ("code",)


def list_versions(
    session: Session, programme: str, codes: Collection[str] | None = None
) -> dict[str, tuple[Recommendation, ...]]:
    """Return the versions of each dossier, oldest first; of all dossiers when no codes are given."""
    statement = select(RecommendationRow).where(col(RecommendationRow.programme) == programme)
    if codes is not None:
        statement = statement.where(col(RecommendationRow.code).in_(codes))
    found: dict[str, list[Recommendation]] = {}
    for row in session.exec(statement.order_by(col(RecommendationRow.seq))):
        found.setdefault(row.code, []).append(_as_recommendation(row))
    return {code: tuple(versions) for code, versions in found.items()}


def has_changed_within(session: Session, programme: str, after: datetime, until: datetime | None) -> bool:
    """Tell whether any version of the register counts from after the one and before the other instant."""
    between = select(RecommendationRow.seq).where(
        col(RecommendationRow.programme) == programme, col(RecommendationRow.recorded_at) > after
    )
    if until is not None:
        between = between.where(col(RecommendationRow.recorded_at) < until)
    return session.exec(between.limit(1)).first() is not None


def list_changes_after(session: Session, programme: str, after: datetime) -> list[datetime]:
    """Return the next instant after the given one from which another version of the register counts, if any does."""
    statement = select(RecommendationRow.recorded_at).where(
        col(RecommendationRow.programme) == programme, col(RecommendationRow.recorded_at) > after
    )
    return list(session.exec(statement.order_by(col(RecommendationRow.recorded_at)).limit(1)))


def list_milestones(
    session: Session, programme: str, dossiers: Collection[str] | None = None
) -> dict[str, tuple[Milestone, ...]]:
    """Return the versions of the milestones of each dossier, oldest first; of all dossiers when none are named."""
    statement = select(MilestoneRow).where(col(MilestoneRow.programme) == programme)
    if dossiers is not None:
        statement = statement.where(col(MilestoneRow.dossier).in_(dossiers))
    found: dict[str, list[Milestone]] = {}
    for row in session.exec(statement.order_by(col(MilestoneRow.seq))):
        found.setdefault(row.dossier, []).append(_as_milestone(row))
    return {dossier: tuple(versions) for dossier, versions in found.items()}


def list_dependents(session: Session, programme: str, roots: Collection[str]) -> set[str]:
    """Return the dossiers that ever depended on one of the roots."""
    statement = select(DependencyRow.dossier).where(
        col(DependencyRow.programme) == programme, col(DependencyRow.root).in_(roots)
    )
    return set(session.exec(statement))


def note_dependencies(session: Session, programme: str, versions: Collection[Recommendation]) -> None:
    """Remember which dossiers must be looked at again when a root changes."""
    for version in versions:
        for root in version.depends_on:
            if session.get(DependencyRow, (programme, version.code, root)) is None:
                session.add(DependencyRow(programme=programme, dossier=version.code, root=root))
    session.flush()


def as_row(programme: str, recommendation: Recommendation) -> RecommendationRow:
    """Map from the domain type."""
    return RecommendationRow(
        programme=programme,
        recorded_at=recommendation.recorded_at,
        code=recommendation.code,
        kind=recommendation.kind,
        parent=recommendation.parent,
        theme=recommendation.theme,
        title=recommendation.title,
        description=recommendation.description,
        lead=recommendation.lead,
        co_leads=recommendation.co_leads,
        actors=recommendation.actors,
        instrument=recommendation.instrument,
        adopted_on=recommendation.adopted_on,
        depends_on=recommendation.depends_on,
        recurs=recommendation.recurs,
        official_code=recommendation.official_code,
        source=recommendation.source,
        confidence=recommendation.confidence,
        provenance=recommendation.provenance,
        has_priority=recommendation.has_priority,
        advised_on=recommendation.advised_on,
        adoption=recommendation.adoption,
    )


def _as_milestone(row: MilestoneRow) -> Milestone:
    return Milestone(**row.model_dump(exclude={"seq", "programme"}))


def _as_recommendation(row: RecommendationRow) -> Recommendation:
    values = row.model_dump(exclude={"seq", "programme"})
    for name in ("co_leads", "actors", "depends_on"):
        values[name] = tuple(values[name])
    return Recommendation(**values)
