"""The register: versions of recommendations and measures, and their milestones."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import Index, func
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.recommendations import Adoption, DossierKind, Milestone, Recommendation, Recurrence
from ipa_core.store.bulk import BATCH, append_many, in_batches, table_of
from ipa_core.store.types import JsonList, UtcDateTime, enum_column
from ipa_core.store.versions import append_changed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Select

    from ipa_core.store.bulk import Rows
    from ipa_core.store.versions import Appended


class RecommendationRow(SQLModel, table=True):
    """One version of a recommendation or measure."""

    __tablename__ = "recommendation"
    __table_args__ = (
        Index("ix_recommendation_programme_code", "programme", "code"),
        Index("ix_recommendation_programme_recorded_at", "programme", "recorded_at"),
    )

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
    __table_args__ = (Index("ix_milestone_programme_dossier", "programme", "dossier"),)

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
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


_rows = table_of(RecommendationRow)

_FIELDS = tuple(field.name for field in fields(Recommendation))


def append_versions(session: Session, programme: str, rows: Rows) -> Appended:
    """Append the rows of the register that are new or changed."""
    table = table_of(RecommendationRow)
    return append_changed(session, table, rows, programme=programme, key=("code",), dossier="code")


def append_milestones(session: Session, programme: str, rows: Rows) -> Appended:
    """Append the milestones that are new or changed."""
    return append_changed(
        session, table_of(MilestoneRow), rows, programme=programme, key=("dossier", "code"), dossier="dossier"
    )


def list_versions(
    session: Session, programme: str, codes: Collection[str] | None = None
) -> dict[str, tuple[Recommendation, ...]]:
    """Return the versions of each dossier, oldest first; of all dossiers when no codes are given."""
    statement = _select_versions(programme)
    if codes is not None:
        statement = statement.where(_rows.c.code.in_(codes))
    found: dict[str, list[Recommendation]] = {}
    for row in session.execute(statement.order_by(_rows.c.seq)):
        version = _as_version(row)
        found.setdefault(version.code, []).append(version)
    return {code: tuple(versions) for code, versions in found.items()}


def each_versions(session: Session, programme: str) -> Iterator[tuple[Recommendation, ...]]:
    """Yield the versions of one dossier after the other, oldest first, for who need not keep them all."""
    statement = _select_versions(programme).order_by(_rows.c.code, _rows.c.seq)
    rows = session.execute(statement.execution_options(yield_per=BATCH))
    for _, mine in groupby(rows, key=attrgetter("code")):
        yield tuple(map(_as_version, mine))


def list_codes(session: Session, programme: str) -> list[str]:
    """Return the codes of all dossiers, in the order of the register."""
    rows = table_of(RecommendationRow)
    statement = sqlalchemy.select(rows.c.code).where(rows.c.programme == programme).group_by(rows.c.code)
    statement = statement.order_by(func.min(rows.c.seq))
    return list(session.execute(statement).scalars())


def has_changed_within(session: Session, programme: str, after: datetime, until: datetime | None) -> bool:
    """Tell whether any version of the register counts from after the one and before the other instant."""
    between = select(RecommendationRow.seq).where(
        col(RecommendationRow.programme) == programme, col(RecommendationRow.recorded_at) > after
    )
    if until is not None:
        between = between.where(col(RecommendationRow.recorded_at) < until)
    return session.exec(between.limit(1)).first() is not None


def last_changed_at(session: Session, programme: str) -> datetime | None:
    """Return when the newest version of the register begins to count, None without any."""
    newest = select(func.max(RecommendationRow.recorded_at)).where(col(RecommendationRow.programme) == programme)
    return session.exec(newest).one()


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


def list_dependents(session: Session, programme: str, roots: Collection[str] | None = None) -> set[str]:
    """Return the dossiers that ever depended on one of the roots; on any dossier when none are named."""
    if roots is None:
        return set(session.exec(select(DependencyRow.dossier).where(col(DependencyRow.programme) == programme)))
    found: set[str] = set()
    for batch in in_batches(roots):
        statement = select(DependencyRow.dossier).where(
            col(DependencyRow.programme) == programme, col(DependencyRow.root).in_(batch)
        )
        found.update(session.exec(statement))
    return found


def note_dependencies(session: Session, programme: str, versions: Collection[Recommendation]) -> None:
    """Remember which dossiers must be looked at again when a root changes."""
    known = list_dependencies(session, programme, [version.code for version in versions])
    new = [
        {"programme": programme, "dossier": version.code, "root": root}
        for version in versions
        for root in dict.fromkeys(version.depends_on)
        if root not in known.get(version.code, ())
    ]
    append_many(session, table_of(DependencyRow), new)


def list_dependencies(session: Session, programme: str, dossiers: Collection[str]) -> dict[str, set[str]]:
    """Return for each of these dossiers that ever depended on others which they were."""
    found: dict[str, set[str]] = {}
    for batch in in_batches(dossiers):
        statement = select(DependencyRow.dossier, DependencyRow.root).where(
            col(DependencyRow.programme) == programme, col(DependencyRow.dossier).in_(batch)
        )
        for dossier, root in session.exec(statement):
            found.setdefault(dossier, set()).add(root)
    return found


def _as_milestone(row: MilestoneRow) -> Milestone:
    return Milestone(**row.model_dump(exclude={"seq", "programme"}))


def _select_versions(programme: str) -> Select[Any]:
    return sqlalchemy.select(*(_rows.c[name] for name in _FIELDS)).where(_rows.c.programme == programme)


def _as_version(row: Any) -> Recommendation:  # noqa: ANN401 - a row of the table
    return Recommendation(**dict(zip(_FIELDS, row, strict=True)))
