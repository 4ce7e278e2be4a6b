"""Signals and what happened to them; `read_at` answers for any instant."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import Index, UniqueConstraint, or_
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.episodes import Episode, as_turn
from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, Signal, SignalState, Standing, folded, signal_id, state_by
from ipa_core.store import decisions, expectations
from ipa_core.store.bulk import append_many, change_many, in_batches, table_of
from ipa_core.store.types import UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Select

    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.domain.signals import Change


class SignalRow(SQLModel, table=True):
    """One episode of a knelpunt; `severity` is the present one, or that at resolution."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("programme", "rule", "subject_kind", "subject_code", "episode"),
        Index("ix_signal_programme_resolved_at", "programme", "resolved_at"),
        Index("ix_signal_programme_dossier", "programme", "dossier"),
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


_rows, _turns = table_of(SignalRow), table_of(SignalChangeRow)


def list_standings(
    session: Session, programme: str, knelpunten: Iterable[tuple[str, Subject]]
) -> dict[tuple[str, Subject], Standing]:
    """Return where these knelpunten (rule and subject) stand: the latest episode of each that ever broke."""
    codes: dict[tuple[str, SubjectKind], list[str]] = {}
    for rule, subject in knelpunten:
        codes.setdefault((rule, subject.kind), []).append(subject.code)
    found: dict[tuple[str, Subject], Standing] = {}
    for (rule, kind), mine in codes.items():
        for batch in in_batches(mine):
            statement = sqlalchemy.select(_rows).where(
                _rows.c.programme == programme,
                _rows.c.rule == rule,
                _rows.c.subject_kind == kind,
                _rows.c.subject_code.in_(batch),
            )
            for row in session.execute(statement.order_by(_rows.c.episode)).all():
                found[rule, Subject(kind=kind, code=row.subject_code)] = _as_standing(row)
    return found


def append_changes(
    session: Session,
    programme: str,
    changes: Iterable[tuple[Change, int, str]],
    *,
    applied_at: datetime,
    is_first_run: bool,
) -> list[str]:
    """Store what happened, in order, and bring the signals up to date; return the id of the signal of each change.

    Each change comes with the number of the expectation behind it, and the dossier that it is about.
    """
    opened: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    happened: list[dict[str, Any]] = []
    for change, behind, owner in changes:
        expectation = change.row.expectation
        identity = signal_id(programme, expectation.rule, expectation.subject, change.episode)
        if change.kind.is_opening:
            opened[identity] = _opened(programme, identity, change, owner, is_first_run=is_first_run)
        now = opened[identity] if identity in opened else changed.setdefault(identity, {"id": identity})
        now["severity"] = change.severity
        now["resolved_at"] = change.at if change.kind is ChangeKind.RESOLVED else None
        happened.append(
            {
                "programme": programme,
                "signal": identity,
                "at": change.at,
                "kind": change.kind,
                "severity": change.severity,
                "expectation": behind,
                "applied_at": applied_at,
            }
        )
    append_many(session, _rows, opened.values(), columns=_rows.columns.keys())
    change_many(session, _rows, changed.values(), key="id", columns=("severity", "resolved_at"))
    append_many(session, _turns, happened)
    return [one["signal"] for one in happened]


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
    # Columns, no objects: those would show what was read before a run of the same transaction.
    statement = sqlalchemy.select(_rows).where(_rows.c.programme == programme, _rows.c.opened_at <= at)
    if not is_resolved_included:
        statement = statement.where(or_(col(SignalRow.resolved_at).is_(None), col(SignalRow.resolved_at) > at))
    if ids is not None:
        waiting = select(SignalRow.dossier).where(col(SignalRow.id).in_(ids))
        statement = statement.where(or_(col(SignalRow.id).in_(ids), col(SignalRow.dossier).in_(waiting)))
    if rule is not None:
        statement = statement.where(col(SignalRow.rule) == rule)
    if dossier is not None:
        statement = statement.where(col(SignalRow.dossier) == dossier)
    rows = session.execute(statement.order_by(_rows.c.opened_at, _rows.c.id)).all()
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


def list_raises(session: Session, ids: Collection[str], *, at: datetime) -> dict[str, list[SignalChangeRow]]:
    """Return every time that these signals became heavier by the instant, in order."""
    found: dict[str, list[SignalChangeRow]] = {}
    for batch in in_batches(list(ids)):
        statement = select(SignalChangeRow).where(
            col(SignalChangeRow.signal).in_(batch),
            col(SignalChangeRow.kind) == ChangeKind.RAISED,
            col(SignalChangeRow.at) <= at,
        )
        for row in session.exec(statement.order_by(col(SignalChangeRow.at), col(SignalChangeRow.seq))):
            found.setdefault(row.signal, []).append(row)
    return found


def list_open_owners(session: Session, programme: str) -> set[str]:
    """Return the dossiers, requests and groups with an open signal."""
    statement = select(SignalRow.dossier).where(
        col(SignalRow.programme) == programme, col(SignalRow.resolved_at).is_(None)
    )
    return set(session.exec(statement.distinct()))


def list_episodes(
    session: Session,
    programme: str,
    dossiers: Collection[str] | Select[tuple[str]],
    *,
    since: datetime | None = None,
) -> dict[str, list[Episode]]:
    """Return the episodes of every knelpunt of these dossiers, each over time, without what people decided.

    Those that were solved by `since` are left out.
    """
    statement = (
        sqlalchemy.select(_rows, _turns.c.at, _turns.c.kind, _turns.c.severity.label("weight"))
        .join(_turns, _turns.c.signal == _rows.c.id)
        .where(_rows.c.programme == programme, _rows.c.dossier.in_(dossiers))
        .order_by(_rows.c.opened_at, _rows.c.id, _turns.c.at, _turns.c.seq)
    )
    if since is not None:
        statement = statement.where(or_(_rows.c.resolved_at.is_(None), _rows.c.resolved_at > since))
    found: dict[str, list[Episode]] = {}
    for _, turns in groupby(session.execute(statement).all(), key=attrgetter("id")):
        episode = _as_episode(list(turns))
        found.setdefault(episode.dossier, []).append(episode)
    return found


def _as_episode(turns: Sequence[Any]) -> Episode:
    row = turns[0]
    return Episode(
        rule=row.rule,
        subject=Subject(kind=row.subject_kind, code=row.subject_code),
        number=row.episode,
        dossier=row.dossier,
        turns=tuple(as_turn(turn.at, turn.kind, turn.weight) for turn in turns),
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


def _opened(programme: str, identity: str, change: Change, owner: str, *, is_first_run: bool) -> dict[str, Any]:
    subject = change.row.expectation.subject
    return {
        "id": identity,
        "programme": programme,
        "rule": change.row.expectation.rule,
        "subject_kind": subject.kind,
        "subject_code": subject.code,
        "dossier": owner,
        "episode": change.episode,
        "opened_at": change.at,
        "has_come_back": change.kind is ChangeKind.CAME_BACK,
        "is_first_run": is_first_run,
    }


def _as_standing(row: Any) -> Standing:  # noqa: ANN401 - a row of the table
    severity = row.severity if row.resolved_at is None else None
    return Standing(episode=row.episode, severity=severity, resolved_at=row.resolved_at)


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


def _as_signal(row: Any, at: datetime, held: HeldExpectation, state: SignalState) -> Signal:  # noqa: ANN401 - a row of the table
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
