"""Tell the story of a life from what the product stored: facts only, nothing about what it sent."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, select

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import Subject
from ipa_core.domain.ladders import Rung
from ipa_core.domain.signals import WAITING_ON
from ipa_core.simulation.stories import Asked, Fold, Ladders, Life, Pause, Story, Term, Turn
from ipa_core.store import decisions, signals
from ipa_core.store.signals import SignalChangeRow, SignalRow
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.decisions import Decision
    from ipa_core.simulation.play import Played
    from ipa_core.simulation.stories import Run


def tell(life: Played) -> Story:
    """Read back what happened."""
    return life.app.database.read(lambda session: _tell(session, life))


def _tell(session: Session, life: Played) -> Story:
    view = ProgrammeView(session, life.code, at=life.ends_at)
    return Story(
        programme=life.code,
        calendar=view.calendar,
        ladders=_ladders(view),
        runs=life.runs,
        contacts=tuple(_contacts(view)),
        requests=tuple(
            Asked(
                code=one.code,
                ministry=one.organisation,
                opened_at=one.opened_at,
                due_on=one.due_on,
                grace=one.grace,
                settled_at=one.settled_at(),
            )
            for one in list_requests(view)
        ),
        lives=_lives(view, life.runs),
        refused=life.refused,
    )


def _ladders(view: ProgrammeView) -> Ladders:
    ladder, of_signals = view.policy.request_ladder, view.policy.signal_ladder
    offsets = {
        Rung.FIRST_REMINDER.value: ladder.h1,
        Rung.SECOND_REMINDER.value: ladder.h2,
        Rung.DUE_TODAY.value: ladder.h3,
        Rung.LATE.value: ladder.l1,
        Rung.LATE_WITH_NOTICE.value: ladder.l2,
        Rung.ESCALATION.value: ladder.e1,
    }
    return Ladders(
        request=offsets,
        short_below=ladder.short_below,
        signal={rung.value: after for rung, after in of_signals.escalations},
        repeat_every=of_signals.repeat_every,
        repeats=of_signals.repeats,
    )


def _contacts(view: ProgrammeView) -> list[Term]:
    return [
        Term(
            organisation=one.organisation,
            role=one.role,
            email=one.email,
            known_at=known_at,
            since=one.valid_from,
            until=one.valid_to,
        )
        for known_at, one in view.directory_history.contacts
    ]


def _lives(view: ProgrammeView, runs: Sequence[Run]) -> tuple[Life, ...]:
    session, code = view.session, view.code
    rows = session.exec(select(SignalRow).where(col(SignalRow.programme) == code).order_by(col(SignalRow.opened_at)))
    turns: dict[str, list[Turn]] = defaultdict(list)
    changes = select(SignalChangeRow).where(col(SignalChangeRow.programme) == code)
    for one in session.exec(changes.order_by(col(SignalChangeRow.seq))):
        turns[one.signal].append(Turn(at=one.at, kind=one.kind, severity=one.severity, applied_at=one.applied_at))
    found = list(rows)
    paused = decisions.list_of_signals(session, code, {row.id for row in found}, known_at=view.at)
    folds = _folds(view, found, runs)
    material = _material_changes(view)
    return tuple(
        Life(
            id=row.id,
            episode=row.episode,
            rule=row.rule,
            subject_kind=row.subject_kind,
            dossier=row.dossier if row.dossier in view.register else "",
            ministry=_ministry(view, row),
            turns=tuple(turns[row.id]),
            folds=folds.get(row.id, ()),
            pauses=tuple(_pauses(paused.get(row.id, ()), material.get(row.dossier, ()))),
        )
        for row in found
    )


def _ministry(view: ProgrammeView, row: SignalRow) -> str:
    return view.ministry_of(Subject(kind=row.subject_kind, code=row.subject_code), row.dossier) or ""


def _folds(view: ProgrammeView, rows: Sequence[SignalRow], runs: Sequence[Run]) -> dict[str, tuple[Fold, ...]]:
    """Look at each run during which a dossier waited for another one, which signals stood under the other."""
    waits = [(row.opened_at, row.resolved_at) for row in rows if row.rule == WAITING_ON]
    found: dict[str, list[Fold]] = defaultdict(list)
    standing: dict[str, datetime] = {}
    for run in runs:
        is_waiting = any(since <= run.at and (until is None or run.at < until) for since, until in waits)
        seen = signals.read_at(view.session, view.code, at=run.at) if is_waiting else []
        folded = {signal.id for signal in seen if signal.folded_under}
        for code in standing.keys() - folded:
            found[code].append(Fold(since=standing.pop(code), until=run.at))
        for code in folded - standing.keys():
            standing[code] = run.at
    for code, since in standing.items():
        found[code].append(Fold(since=since))
    return {code: tuple(mine) for code, mine in found.items()}


def _pauses(decided: Sequence[Decision], material: Sequence[datetime]) -> Iterator[Pause]:
    for one in decided:
        if one.kind in (DecisionKind.ACKNOWLEDGE, DecisionKind.SNOOZE) and one.until is not None:
            moved_at = next((at for at in material if at > one.at), None)
            yield Pause(kind=one.kind, at=one.at, until=one.until, material_at=moved_at)


def _material_changes(view: ProgrammeView) -> dict[str, list[datetime]]:
    """Return when each dossier materially changed, in order."""
    return {
        code: sorted(entry.update.recorded_at for entry in dossier.entries if entry.is_material)
        for code, dossier in view.dossiers().items()
    }
