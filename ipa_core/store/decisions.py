"""Decisions of people: appended, never changed. Who decided stands here only, so that it can be erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Index, func
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.decisions import Decision, DecisionKind
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.shared_causes import SaidCause
from ipa_core.domain.solutions import fold_solutions
from ipa_core.domain.updates import RootCause
from ipa_core.store.bulk import in_batches
from ipa_core.store.types import UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection

    from ipa_core.domain.solutions import Solution


class DecisionRow(SQLModel, table=True):
    """One act of a person; `decided_by` is a mail address."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_programme_dossier", "programme", "dossier"),
        Index("ix_decision_programme_signal", "programme", "signal"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    kind: DecisionKind = Field(sa_column=enum_column(DecisionKind))
    dossier: str
    signal: str = ""
    rule: str = ""
    subject: str = ""
    decided_by: str
    organisation: str
    reason: str
    until: date | None = None
    planned_on: date | None = None
    adoption: Adoption | None = Field(default=None, sa_column=enum_column(Adoption, nullable=True))
    next_step: str = ""
    is_accepted: bool = True
    solution: str = ""
    owner: str = ""
    root_cause: RootCause | None = Field(default=None, sa_column=enum_column(RootCause, nullable=True))
    review_on: date | None = None


def append(session: Session, programme: str, decision: Decision) -> Decision:
    """Append the decision; return it with its number."""
    row = DecisionRow(
        programme=programme,
        recorded_at=decision.at,
        kind=decision.kind,
        dossier=decision.dossier,
        signal=decision.signal,
        rule=decision.rule,
        subject=decision.subject,
        decided_by=decision.by,
        organisation=decision.organisation,
        reason=decision.reason,
        until=decision.until,
        planned_on=decision.planned_on,
        adoption=decision.adoption,
        next_step=decision.next_step,
        solution=decision.solution,
        root_cause=decision.root_cause,
        owner=decision.owner,
        review_on=decision.review_on,
        is_accepted=decision.is_accepted,
    )
    session.add(row)
    session.flush()
    return _as_decision(row)


def list_of_dossiers(
    session: Session, programme: str, dossiers: Collection[str] | None = None
) -> dict[str, tuple[Decision, ...]]:
    """Return the decisions on each dossier and its signals, oldest first; on all dossiers when none are named."""
    statement = select(DecisionRow).where(col(DecisionRow.programme) == programme)
    if dossiers is not None:
        statement = statement.where(col(DecisionRow.dossier).in_(dossiers))
    found: dict[str, list[Decision]] = {}
    for row in session.exec(statement.order_by(col(DecisionRow.seq))):
        found.setdefault(row.dossier, []).append(_as_decision(row))
    return {dossier: tuple(mine) for dossier, mine in found.items()}


def list_of_signals(
    session: Session, programme: str, signals: Collection[str], *, known_at: datetime
) -> dict[str, list[Decision]]:
    """Return what was decided on these signals by the instant, oldest first."""
    statement = select(DecisionRow).where(
        col(DecisionRow.programme) == programme, col(DecisionRow.recorded_at) <= known_at
    )
    found: dict[str, list[Decision]] = {}
    for batch in in_batches(signals):
        rows = session.exec(statement.where(col(DecisionRow.signal).in_(batch)).order_by(col(DecisionRow.seq)))
        for row in rows:
            found.setdefault(row.signal, []).append(_as_decision(row))
    return found


def list_solutions(session: Session, programme: str, codes: Collection[str] | None = None) -> list[Solution]:
    """Return the solutions with these codes, or all, by the order of their proposals."""
    statement = select(DecisionRow).where(col(DecisionRow.programme) == programme, col(DecisionRow.solution) != "")
    if codes is not None:
        statement = statement.where(col(DecisionRow.solution).in_(codes))
    return list(fold_solutions(_as_decision(row) for row in session.exec(statement.order_by(col(DecisionRow.seq)))))


def list_causes(
    session: Session, programme: str, *, since: datetime | None = None, dossiers: Collection[str] | None = None
) -> list[SaidCause]:
    """Return the causes that were said with proposed solutions from an instant on, in order."""
    statement = select(DecisionRow).where(
        col(DecisionRow.programme) == programme,
        col(DecisionRow.kind) == DecisionKind.PROPOSE,
        col(DecisionRow.root_cause).is_not(None),
    )
    if since is not None:
        statement = statement.where(col(DecisionRow.recorded_at) >= since)
    if dossiers is not None:
        statement = statement.where(col(DecisionRow.dossier).in_(dossiers))
    rows = session.exec(statement.order_by(col(DecisionRow.seq)))
    return [SaidCause(dossier=row.dossier, at=row.recorded_at, cause=row.root_cause) for row in rows if row.root_cause]


def count_proposals(session: Session, programme: str) -> int:
    """Return how many solutions were proposed in the programme."""
    statement = select(func.count()).where(
        col(DecisionRow.programme) == programme, col(DecisionRow.kind) == DecisionKind.PROPOSE
    )
    return session.exec(statement).one()


def list_decided(session: Session, programme: str) -> set[str]:
    """Return the dossiers about which, or about a signal of which, anything was decided."""
    return set(session.exec(select(DecisionRow.dossier).where(col(DecisionRow.programme) == programme)))


def list_rebaselined(session: Session, programme: str) -> set[str]:
    """Return the dossiers with a decision on another baseline."""
    statement = select(DecisionRow.dossier).where(
        col(DecisionRow.programme) == programme, col(DecisionRow.kind) == DecisionKind.REBASELINE
    )
    return set(session.exec(statement))


def _as_decision(row: DecisionRow) -> Decision:
    return Decision(
        seq=row.seq or 0,
        kind=row.kind,
        at=row.recorded_at,
        dossier=row.dossier,
        by=row.decided_by,
        organisation=row.organisation,
        reason=row.reason,
        signal=row.signal,
        rule=row.rule,
        subject=row.subject,
        until=row.until,
        planned_on=row.planned_on,
        adoption=row.adoption,
        next_step=row.next_step,
        solution=row.solution,
        root_cause=row.root_cause,
        owner=row.owner,
        review_on=row.review_on,
        is_accepted=row.is_accepted,
    )
