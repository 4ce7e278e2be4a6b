"""Signals and what happened to them; `read_at` answers for any instant."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Index, UniqueConstraint, or_
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.episodes import Episode, as_turn
from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, Signal, SignalState, Standing, folded, signal_id, state_by
from ipa_core.store import decisions, expectations
from ipa_core.store.types import UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.domain.signals import Change


class SignalRow(SQLModel, table=True):
    """One episode of a knelpunt; `severity` is the present one, or that at resolution."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("programme", "rule", "subject_kind", "subject_code", "episode"),
        Index("ix_signal_programme_resolved_at", "programme", "resolved_at"),
    )

    id: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    rule: str
    subject_kind: SubjectKind = Field(sa_column=enum_column(SubjectKind))
    subject_code: str
    dossier: str
    episode: int
    opened_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    severity: Severity = Field(sa_column=enum_column(Severity))
    has_come_back: bool = False
    is_first_run: bool = False


class SignalChangeRow(SQLModel, table=True):
    """One thing that happened to a signal; `seq` orders them over all programmes."""

    __tablename__ = "signal_change"

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    signal: str = Field(foreign_key="signal.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: ChangeKind = Field(sa_column=enum_column(ChangeKind))
    severity: Severity = Field(sa_column=enum_column(Severity))
    expectation: int = Field(foreign_key="expectation.id")
    applied_at: datetime = Field(sa_type=UtcDateTime)


def get_standing(session: Session, programme: str, rule: str, subject: Subject) -> Standing:
    """Return where the knelpunt stands: its latest episode."""
    row = session.exec(
        select(SignalRow)
        .where(
            col(SignalRow.programme) == programme,
            col(SignalRow.rule) == rule,
            col(SignalRow.subject_kind) == subject.kind,
            col(SignalRow.subject_code) == subject.code,
        )
        .order_by(col(SignalRow.episode).desc())
        .limit(1)
    ).first()
    if row is None:
        return Standing()
    return Standing(
        episode=row.episode, severity=row.severity if row.resolved_at is None else None, resolved_at=row.resolved_at
    )


def append_change(
    session: Session,
    programme: str,
    owner: str,
    change: Change,
    expectation_id: int,
    *,
    applied_at: datetime,
    is_first_run: bool,
) -> str:
    """Store one change and bring its signal up to date; return the id of the signal."""
    subject = change.row.expectation.subject
    identity = signal_id(programme, change.row.expectation.rule, subject, change.episode)
    if change.kind.is_opening:
        session.add(
            SignalRow(
                id=identity,
                programme=programme,
                rule=change.row.expectation.rule,
                subject_kind=subject.kind,
                subject_code=subject.code,
                dossier=owner,
                episode=change.episode,
                opened_at=change.at,
                severity=change.severity,
                has_come_back=change.kind is ChangeKind.CAME_BACK,
                is_first_run=is_first_run,
            )
        )
    else:
        row = session.get_one(SignalRow, identity)
        row.severity = change.severity
        row.resolved_at = change.at if change.kind is ChangeKind.RESOLVED else None
        session.add(row)
    session.flush()
    session.add(
        SignalChangeRow(
            programme=programme,
            signal=identity,
            at=change.at,
            kind=change.kind,
            severity=change.severity,
            expectation=expectation_id,
            applied_at=applied_at,
        )
    )
    session.flush()
    return identity


def read_at(
    session: Session,
    programme: str,
    *,
    at: datetime,
    ids: Collection[str] | None = None,
    dossier: str | None = None,
    rule: str | None = None,
    is_resolved_included: bool = False,
) -> list[Signal]:
    """Return the signals as they stood at the instant, folded; the solved ones only when asked for."""
    statement = select(SignalRow).where(col(SignalRow.programme) == programme, col(SignalRow.opened_at) <= at)
    if not is_resolved_included:
        statement = statement.where(or_(col(SignalRow.resolved_at).is_(None), col(SignalRow.resolved_at) > at))
    if ids is not None:
        waiting = select(SignalRow.dossier).where(col(SignalRow.id).in_(ids))
        statement = statement.where(or_(col(SignalRow.id).in_(ids), col(SignalRow.dossier).in_(waiting)))
    if rule is not None:
        statement = statement.where(col(SignalRow.rule) == rule)
    if dossier is not None:
        statement = statement.where(col(SignalRow.dossier) == dossier)
    rows = session.exec(statement.order_by(col(SignalRow.opened_at), col(SignalRow.id))).all()
    ids_found = [row.id for row in rows]
    behind = _expectation_behind(session, ids_found, at)
    held = expectations.get_many(session, set(behind.values()))
    decided = decisions.list_of_signals(session, programme, set(ids_found), known_at=at)
    raised = _raised_at(session, list(decided), at)
    found = folded(
        [
            _as_signal(row, at, held[behind[row.id]], state_by(decided.get(row.id, ()), at, raised.get(row.id)))
            for row in rows
        ]
    )
    return found if ids is None else [signal for signal in found if signal.id in ids]


def list_open_owners(session: Session, programme: str) -> set[str]:
    """Return the dossiers, requests and groups with an open signal."""
    statement = select(SignalRow.dossier).where(
        col(SignalRow.programme) == programme, col(SignalRow.resolved_at).is_(None)
    )
    return set(session.exec(statement.distinct()))


def list_episodes(session: Session, programme: str, dossiers: Collection[str]) -> dict[str, list[Episode]]:
    """Return the episodes of every knelpunt of these dossiers, each over time, without what people decided."""
    rows = session.exec(
        select(SignalRow, SignalChangeRow)
        .join(SignalChangeRow, col(SignalChangeRow.signal) == col(SignalRow.id))
        .where(col(SignalRow.programme) == programme, col(SignalRow.dossier).in_(dossiers))
        .order_by(col(SignalRow.opened_at), col(SignalRow.id), col(SignalChangeRow.at), col(SignalChangeRow.seq))
    )
    found: dict[str, list[Episode]] = {}
    for _, pairs in groupby(rows, key=lambda pair: pair[0].id):
        episode = _as_episode(list(pairs))
        found.setdefault(episode.dossier, []).append(episode)
    return found


def _as_episode(pairs: Sequence[tuple[SignalRow, SignalChangeRow]]) -> Episode:
    row = pairs[0][0]
    return Episode(
        rule=row.rule,
        subject=Subject(kind=row.subject_kind, code=row.subject_code),
        number=row.episode,
        dossier=row.dossier,
        turns=tuple(as_turn(change.at, change.kind, change.severity) for _, change in pairs),
    )


def list_changes(session: Session, programme: str, *, after: int, at: datetime) -> list[SignalChangeRow]:
    """Return what was applied after change number `after` and happened by the instant, in order."""
    return list(
        session.exec(
            select(SignalChangeRow)
            .where(
                col(SignalChangeRow.programme) == programme,
                col(SignalChangeRow.seq) > after,
                col(SignalChangeRow.at) <= at,
            )
            .order_by(col(SignalChangeRow.seq))
        )
    )


def list_changes_of(session: Session, signal: str, *, at: datetime) -> list[SignalChangeRow]:
    """Return what happened to one signal by the instant."""
    return list(
        session.exec(
            select(SignalChangeRow)
            .where(col(SignalChangeRow.signal) == signal, col(SignalChangeRow.at) <= at)
            .order_by(col(SignalChangeRow.seq))
        )
    )


def _expectation_behind(session: Session, ids: Sequence[str], at: datetime) -> dict[str, int]:
    """Return for each signal the expectation that stood behind it at the instant."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), 500):
        changes = session.exec(
            select(SignalChangeRow.signal, SignalChangeRow.expectation)
            .where(col(SignalChangeRow.signal).in_(ids[start : start + 500]), col(SignalChangeRow.at) <= at)
            .order_by(col(SignalChangeRow.seq))
        )
        found.update(dict(changes.all()))
    return found


def _raised_at(session: Session, ids: Sequence[str], at: datetime) -> dict[str, datetime]:
    """Return when each of these signals last became heavier."""
    if not ids:
        return {}
    rows = session.exec(
        select(SignalChangeRow.signal, SignalChangeRow.at)
        .where(
            col(SignalChangeRow.signal).in_(ids),
            col(SignalChangeRow.kind) == ChangeKind.RAISED,
            col(SignalChangeRow.at) <= at,
        )
        .order_by(col(SignalChangeRow.at))
    )
    return dict(rows.all())


def _as_signal(row: SignalRow, at: datetime, held: HeldExpectation, state: SignalState) -> Signal:
    is_resolved = row.resolved_at is not None and row.resolved_at <= at
    weighed_at = min(at, row.resolved_at) if row.resolved_at is not None else at
    return Signal(
        id=row.id,
        programme=row.programme,
        rule=row.rule,
        subject=Subject(kind=row.subject_kind, code=row.subject_code),
        dossier=row.dossier,
        episode=row.episode,
        opened_at=row.opened_at,
        severity=held.severity_at(weighed_at) or row.severity,
        state=SignalState.RESOLVED if is_resolved else state,
        row=held,
        resolved_at=row.resolved_at if is_resolved else None,
        has_come_back=row.has_come_back,
        is_first_run=row.is_first_run,
    )
