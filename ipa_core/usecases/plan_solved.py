"""Plan to tell everybody who heard of a signal that it is solved, once, also when it came back in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, OF_MINISTRY, SIGNAL_AUDIENCE, Rung
from ipa_core.domain.notices import NoticeReason, signal_key
from ipa_core.domain.signal_ladders import ABOUT_DOSSIERS, BEGINS, RUNGS
from ipa_core.domain.signals import episodes_between
from ipa_core.reports import why_not
from ipa_core.store import notices, signals
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.pace_returns import solved_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ipa_core.domain.signals import Signal, Standing
    from ipa_core.store.notices import Fates
    from ipa_core.usecases.views import ProgrammeView

TELLS = (BEGINS | RUNGS) - {Rung.AANJAGER}
"""Who heard one of these hears the end. Who was asked in a digest reads it in the digest."""


def plan_solved(view: ProgrammeView, fates: Fates, slot_on: date) -> None:
    """Add the notices about signals that were solved since, and look again at those that did not go yet."""
    waiting = notices.list_unsent(
        view.session, view.code, kind=NoticeKind.SIGNAL, untaken=fates.untaken, rung=Rung.SOLVED
    )
    told = {
        (row.subject, row.recipient): row
        for row in notices.list_to_tell_solved(
            view.session, view.code, TELLS, kinds=ABOUT_DOSSIERS, but_not=SIGNAL_AUDIENCE.keys(), at=view.at
        )
    }
    if not told and not waiting:
        return
    planner = _gather(view, fates, slot_on, [*told.values(), *waiting])
    for row in told.values():
        planner.add(row)
    for row in waiting:
        planner.look_again(row)


def _gather(view: ProgrammeView, fates: Fates, slot_on: date, rows: Sequence[NoticeRow]) -> _Planner:
    ids = {row.subject for row in rows}
    found = signals.read_at(view.session, view.code, at=view.at, ids=ids, is_resolved_included=True)
    solved = {one.id: one for one in found}
    knelpunten = [(one.rule, one.subject) for one in solved.values()]
    standings = signals.list_standings(view.session, view.code, knelpunten)
    latest = {identity: standings[one.rule, one.subject] for identity, one in solved.items()}
    later = {identity: episodes_between(identity, one.episode) for identity, one in latest.items()}
    heard = notices.list_of_subjects(
        view.session, view.code, NoticeKind.SIGNAL, {one for found in later.values() for one in found}
    )
    heard_later = {
        identity: {row.recipient for one in found for row in heard[one] if row.rung in TELLS and fates.has_gone(row)}
        for identity, found in later.items()
    }
    return _Planner(view, slot_on, solved, latest, heard_later)


@dataclass(frozen=True, slots=True)
class _Planner:
    """`latest` is where each knelpunt stands now, and `heard_later` who heard of a later episode of it."""

    view: ProgrammeView
    slot_on: date
    solved: Mapping[str, Signal]
    latest: Mapping[str, Standing]
    heard_later: Mapping[str, set[str]]

    def add(self, told: NoticeRow) -> None:
        """Plan to tell the reader of a notice the end of it."""
        signal = self.solved[told.subject]
        is_for_main = not OF_MINISTRY.isdisjoint(AUDIENCE[told.rung])
        state, reason = self._verdict(signal, told, is_of_ministry=is_for_main)
        self.view.session.add(
            NoticeRow(
                programme=self.view.code,
                key=signal_key(signal.id, signal.episode, Rung.SOLVED, told.recipient),
                kind=NoticeKind.SIGNAL,
                subject=signal.id,
                episode=signal.episode,
                rung=Rung.SOLVED,
                organisation=told.organisation,
                recipient=told.recipient,
                planned_on=solved_day(self.view, signal, self.latest[signal.id], self.slot_on),
                state=state,
                reason=NoticeReason.SOLVED,
                why_not=reason,
                created_at=self.view.at,
            )
        )

    def look_again(self, row: NoticeRow) -> None:
        """Hold back what came back meanwhile; let go what is solved again."""
        signal = self.solved[row.subject]
        state, reason = self._verdict(signal, row, is_of_ministry=False)
        if state is not NoticeState.PLANNED:
            notices.settle(self.view.session, row, state, why_not=reason, at=self.view.at)
        elif row.state is NoticeState.SUPPRESSED:
            row.planned_on = solved_day(self.view, signal, self.latest[signal.id], self.slot_on)
            notices.settle(self.view.session, row, state, why_not="", at=self.view.at)

    def _verdict(self, signal: Signal, row: NoticeRow, *, is_of_ministry: bool) -> tuple[NoticeState, str]:
        if row.recipient in self.heard_later[signal.id]:
            return NoticeState.SKIPPED, why_not.CAME_BACK
        if is_of_ministry and row.organisation != self.view.ministry_of(signal.subject, signal.dossier):
            return NoticeState.SKIPPED, why_not.CARRIED_BY_OTHERS
        if not self.view.directory.is_on_duty(row.recipient, row.organisation, self.view.on):
            return NoticeState.SKIPPED, why_not.REPLACED
        if self.latest[signal.id].is_open:
            return NoticeState.SUPPRESSED, why_not.CAME_BACK
        return NoticeState.PLANNED, ""
