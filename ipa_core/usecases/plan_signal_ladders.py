"""Plan what follows the opening message of a signal: repeats, escalations, and what else its readers must hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, Rung, share_readers
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.pauses import pauses_of
from ipa_core.domain.severities import Severity
from ipa_core.domain.signal_ladders import (
    BEGINS,
    RUNGS,
    TO_MAIN,
    LadderLife,
    RungOutcome,
    SignalMove,
    Told,
    decide_signal,
    has_ladder,
)
from ipa_core.reports import why_not
from ipa_core.store import decisions, notices, outbox, programmes, signals
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.find_audience import NOBODY, find_audience, find_recipients, why_left_out
from ipa_core.usecases.signals_in_hand import replan, why_paused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.signals import Signal
    from ipa_core.store.notices import Fates
    from ipa_core.store.signals import SignalChangeRow
    from ipa_core.usecases.views import ProgrammeView

REASONS: Mapping[Rung, NoticeReason] = {
    Rung.REPEAT: NoticeReason.REPEAT,
    Rung.WORSE: NoticeReason.WORSE,
    Rung.SNOOZE_ENDED: NoticeReason.SNOOZE_ENDED,
    Rung.COORDINATOR: NoticeReason.UNACKNOWLEDGED,
    Rung.PROJECT_LEAD: NoticeReason.ESCALATION,
    Rung.AANJAGER: NoticeReason.ESCALATION,
    Rung.CRITICAL: NoticeReason.CRITICAL,
}

REVIVABLE = frozenset({why_not.REPLACED, why_not.AWAY, why_not.CARRIED_BY_OTHERS, why_not.PASSED})
"""Reasons of skipped rungs that may pass: a contact or a ministry comes back, a snooze is over after all."""


def plan_signal_ladders(
    view: ProgrammeView,
    standing: Mapping[str, Signal],
    rows: Mapping[str, Sequence[NoticeRow]],
    fates: Fates,
    slot_on: date,
) -> None:
    """Bring the rungs after the opening in line with what is true now; `rows` are the notices by signal."""
    carried = {
        identity: signal
        for identity, signal in standing.items()
        if has_ladder(signal.rule, signal.subject)
        and (signal.severity is Severity.CRITICAL or any(row.rung in BEGINS for row in rows[identity]))
    }
    planner = _Planner(view, fates, slot_on, _gather(view, carried, rows))
    for identity, signal in carried.items():
        planner.plan(signal, rows[identity])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is true now about all these signals, read once."""

    handed_over: Mapping[int, datetime]
    decided: Mapping[str, Sequence[Decision]]
    raises: Mapping[str, Sequence[SignalChangeRow]]
    changed_at: Mapping[str, tuple[datetime, ...]]
    first_run_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A rung as it should stand, to whom."""

    move: SignalMove
    organisation: str
    recipients: Sequence[str]
    why_not: str = ""


def _gather(view: ProgrammeView, carried: Mapping[str, Signal], rows: Mapping[str, Sequence[NoticeRow]]) -> _Facts:
    decided = decisions.list_of_signals(view.session, view.code, set(carried), known_at=view.at)
    promised = {row.message for identity in carried for row in rows[identity] if row.message is not None}
    critical = {identity for identity, one in carried.items() if one.severity is Severity.CRITICAL}
    dossiers = view.dossiers({carried[identity].dossier for identity in decided}) if decided else {}
    return _Facts(
        handed_over=outbox.list_handed_over(view.session, promised),
        decided=decided,
        raises=signals.list_raises(view.session, {*decided, *critical}, at=view.at),
        changed_at={
            code: tuple(entry.update.recorded_at for entry in dossier.entries if entry.is_material)
            for code, dossier in dossiers.items()
        },
        first_run_at=programmes.get_row(view.session, view.code).first_run_at,
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    view: ProgrammeView
    fates: Fates
    slot_on: date
    facts: _Facts

    def plan(self, signal: Signal, rows: Sequence[NoticeRow]) -> None:
        """Plan the rungs of one signal."""
        owner, recipients = find_audience(self.view, signal)
        life = self._life(signal, [row for row in rows if row.organisation == owner], rows)
        pause = life.pause_on(self.slot_on)
        moves = decide_signal(life, self.view.policy.signal_ladder, on=self.slot_on, calendar=self.view.calendar)
        wanted = [
            _Wanted(
                move=move,
                organisation=owner,
                recipients=recipients if move.rung in TO_MAIN else self._chain(move.rung, owner, rows),
                why_not=why_paused(pause) if pause is not None and not move.is_going else "",
            )
            for move in moves
        ]
        if self._is_critical_news(signal):
            move = SignalMove(rung=Rung.CRITICAL, planned_on=self.slot_on, is_going=True)
            wanted.append(_Wanted(move=move, organisation=owner, recipients=self._who_hears_critical(owner, rows)))
        turns = {(one.move.rung, one.move.turn) for one in wanted}
        going = [one.move.rung for one in wanted if one.move.is_going]
        for row in self._late_readers(owner, recipients, rows):
            turn = notices.turn_of(row.key)
            if (row.rung, turn) not in turns and not any(share_readers(row.rung, rung) for rung in going):
                wanted.append(self._for_late_reader(row, turn, pause))
        self._settle(signal, owner, rows, wanted)

    def _late_readers(self, owner: str, recipients: Sequence[str], rows: Sequence[NoticeRow]) -> Iterator[NoticeRow]:
        """Yield what readers of a rung who are on duty did not get yet, while others got it."""
        gone = {(row.rung, notices.turn_of(row.key)) for row in rows if self.fates.has_gone(row)}
        waiting = (row for row in rows if row.rung in RUNGS and not row.stands_in and self.fates.is_unsent(row))
        for row in waiting:
            if row.organisation == owner and (row.rung, notices.turn_of(row.key)) in gone:
                on_duty = recipients if row.rung in TO_MAIN else find_recipients(self.view, AUDIENCE[row.rung], owner)
                if row.recipient in on_duty and row.rung is not Rung.AANJAGER:
                    yield row

    def _for_late_reader(self, row: NoticeRow, turn: int, pause: Pause | None) -> _Wanted:
        """Let it go now; or after the pause, unless it says that the signal weighs more."""
        on, paused = min(row.planned_on, self.slot_on), ""
        if pause is not None and row.rung is not Rung.WORSE:
            on, paused = self.view.calendar.add_working_days(pause.last, 1), why_paused(pause)
        return _Wanted(
            move=SignalMove(rung=row.rung, planned_on=on, is_going=not paused, turn=turn),
            organisation=row.organisation,
            recipients=[row.recipient],
            why_not=paused,
        )

    def _life(self, signal: Signal, mine: Sequence[NoticeRow], rows: Sequence[NoticeRow]) -> LadderLife:
        """Sum up what happened so far. What the programme heard counts also when another ministry carries it since."""
        told = [self._told(row) for row in mine if row.rung in TO_MAIN and self.fates.has_gone(row)]
        told += [
            Told(rung=row.rung, on=None, turn=notices.turn_of(row.key))
            for row in mine
            if row.rung in TO_MAIN and (row.stands_in if told else row.rung in BEGINS) and self._is_about_to_go(row)
        ]
        told.sort(key=lambda one: one.on or self.slot_on)
        begun = [one.on or self.slot_on for one in told if one.rung in BEGINS]
        failed = [row.planned_on for row in mine if row.rung in BEGINS and self._has_failed(row)]
        raised_at = [one.at for one in self.facts.raises.get(signal.id, ())]
        by_rung = {
            Rung.COORDINATOR: [row for row in mine if row.rung is Rung.COORDINATOR],
            **{rung: [row for row in rows if row.rung is rung] for rung in (Rung.PROJECT_LEAD, Rung.AANJAGER)},
        }
        reached = {rung: self._reach(rung, found, signal) for rung, found in by_rung.items()}
        return LadderLife(
            severity=signal.severity,
            begun_on=max(begun or failed, default=None),
            told=tuple(told),
            reached={rung: reach for rung, reach in reached.items() if reach is not None},
            pauses=pauses_of(
                self.facts.decided.get(signal.id, ()), raised_at, self.facts.changed_at.get(signal.dossier, ())
            ),
        )

    def _told(self, row: NoticeRow) -> Told:
        at = self.facts.handed_over.get(row.message or 0)
        turn, on = notices.turn_of(row.key), day_of(at) if at is not None else None
        return Told(rung=row.rung, on=on, turn=turn, severity=row.severity)

    def _is_about_to_go(self, row: NoticeRow) -> bool:
        is_held_back = row.state in (NoticeState.SUPPRESSED, NoticeState.SKIPPED)
        return not is_held_back and self.fates.is_unsent(row) and row.planned_on <= self.slot_on

    def _reach(self, rung: Rung, rows: Sequence[NoticeRow], signal: Signal) -> RungOutcome | None:
        """Return what became of a rung over its recipients; None while it may still change."""
        promised = [row for row in rows if row.state is NoticeState.PROMISED and not self.fates.is_unsent(row)]
        if promised:
            went_at = [at for row in promised if (at := self.facts.handed_over.get(row.message or 0)) is not None]
            is_over = all(self._has_failed(row) for row in promised)
            return RungOutcome(went_on=day_of(min(went_at)) if went_at else None, is_over=is_over)
        owner = self.view.ministry_of(signal.subject, signal.dossier) or ""
        is_unreachable = self._chain(rung, owner, rows) == [NOBODY]
        return RungOutcome(is_over=True) if is_unreachable else None

    def _has_failed(self, row: NoticeRow) -> bool:
        return row.state is NoticeState.PROMISED and row.message in self.fates.dead

    def _chain(self, rung: Rung, owner: str, rows: Sequence[NoticeRow]) -> list[str]:
        """Return who hears a rung: those for whom it was planned, as long as any of them is on duty."""
        on_duty = find_recipients(self.view, AUDIENCE[rung], owner)
        planned = {row.recipient for row in rows if row.rung is rung and row.state is not NoticeState.SKIPPED}
        return [address for address in on_duty if address in planned] or on_duty

    def _who_hears_critical(self, owner: str, rows: Sequence[NoticeRow]) -> list[str]:
        """Return who hears that it is critical; once it was told, who comes on duty later is not told old news."""
        chain, mine = self._chain(Rung.CRITICAL, owner, rows), [row for row in rows if row.rung is Rung.CRITICAL]
        if not any(self.fates.has_gone(row) for row in mine):
            return chain
        known = {row.recipient for row in mine}
        return [address for address in chain if address in known]

    def _is_critical_news(self, signal: Signal) -> bool:
        """Tell whether it became critical after the first run, which tells the main contacts only."""
        if signal.severity is not Severity.CRITICAL or self.facts.first_run_at is None:
            return False
        raises = self.facts.raises.get(signal.id, ())
        return not signal.is_first_run or any(
            one.severity is Severity.CRITICAL and one.applied_at > self.facts.first_run_at for one in raises
        )

    def _settle(self, signal: Signal, owner: str, rows: Sequence[NoticeRow], wanted: Sequence[_Wanted]) -> None:
        """Make the rows as they are wanted; what went stays as it is."""
        mine = {row.key: row for row in rows if row.rung in RUNGS}
        keys = set()
        for one in wanted:
            for address in one.recipients:
                key = notices.key_for(
                    NoticeKind.SIGNAL, signal.id, signal.episode, one.move.rung, address, turn=one.move.turn
                )
                keys.add(key)
                self._settle_one(signal, one, mine.get(key), key, address)
        turns = {(one.move.rung, one.move.turn) for one in wanted}
        for key, row in mine.items():
            if key not in keys and not row.stands_in and self.fates.is_unsent(row):
                is_for_another = (row.rung, notices.turn_of(key)) in turns
                reason = why_left_out(self.view, row.recipient) if is_for_another else why_not.PASSED
                reason = reason if row.organisation == owner else why_not.CARRIED_BY_OTHERS
                notices.settle(self.view.session, row, NoticeState.SKIPPED, why_not=reason, at=self.view.at)

    def _settle_one(self, signal: Signal, one: _Wanted, row: NoticeRow | None, key: str, address: str) -> None:
        move, held_back = one.move, why_held_back(signal, address)
        is_held = bool(held_back) and (move.is_going or address == NOBODY)
        state, reason = (NoticeState.SUPPRESSED, held_back) if is_held else (NoticeState.PLANNED, one.why_not)
        if row is None:
            self.view.session.add(
                NoticeRow(
                    programme=self.view.code,
                    key=key,
                    kind=NoticeKind.SIGNAL,
                    subject=signal.id,
                    episode=signal.episode,
                    rung=move.rung,
                    organisation=one.organisation,
                    recipient=address,
                    planned_on=move.planned_on,
                    state=state,
                    reason=REASONS[move.rung],
                    why_not=reason,
                    created_at=self.view.at,
                )
            )
            return
        is_back = row.state is NoticeState.SKIPPED and row.why_not in REVIVABLE
        if not is_back and not self.fates.is_unsent(row):
            return
        replan(self.view, row, move.planned_on)
        if row.state is not NoticeState.PROMISED or is_held or not move.is_going:
            notices.settle(self.view.session, row, state, why_not=reason, at=self.view.at)


def why_held_back(signal: Signal, address: str) -> str:
    """Return why a signal is told to nobody now: another one speaks for it, it is light, or nobody is there."""
    if signal.folded_under:
        return why_not.FOLDED.format(roots=", ".join(signal.folded_under))
    if signal.severity < Severity.MEDIUM:
        return why_not.LIGHT
    return "" if address else why_not.NOBODY
