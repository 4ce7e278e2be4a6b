"""What follows from the facts on one dossier, put in the order of the days they speak about?

Each update becomes an `Entry` that tells what it changed; decisions and rounds are those that were known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.dossiers import Dossier, Entry
from ipa_core.domain.milestones import stand_milestones
from ipa_core.domain.moments import day_of
from ipa_core.domain.updates import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.dossiers import RoundTerm
    from ipa_core.domain.recommendations import Milestone, Recommendation
    from ipa_core.domain.updates import StatusUpdate


def fold(
    recommendation: Recommendation,
    updates: Iterable[StatusUpdate],
    *,
    known_at: datetime,
    milestones: Iterable[Milestone] = (),
    decisions: Iterable[Decision] = (),
    rounds: Iterable[RoundTerm] = (),
) -> Dossier:
    """Fold the facts that were known at the instant into a dossier.

    A fact that speaks about an earlier day takes its place in the timeline and leaves the present state alone. A
    corrected fact no longer counts. `milestones` holds the versions of all its milestones, oldest first.
    """
    known = [update for update in updates if update.recorded_at <= known_at]
    corrected = {update.supersedes for update in known if update.supersedes is not None}
    known = [update for update in known if update.seq not in corrected]
    known.sort(key=lambda update: (update.effective_on, update.seq))
    entries: list[Entry] = []
    state = _State()
    for update in known:
        state = state.after(update, recurs=recommendation.recurs is not None)
        entries.append(state.as_entry(update))
    versions = [milestone for milestone in milestones if milestone.recorded_at <= known_at]
    return Dossier(
        recommendation=recommendation,
        entries=tuple(entries),
        milestones=stand_milestones(recommendation, versions, known) if versions else (),
        decisions=tuple(one for one in decisions if one.at <= known_at and _counts(one, day_of(known_at))),
        rounds=tuple(one for one in rounds if one.ends_at <= known_at),
    )


def _counts(decision: Decision, day: date) -> bool:
    return decision.kind is not DecisionKind.EXPLAIN or decision.explains_on(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The running state of the fold: what stands after the updates so far."""

    cycle: int = 0
    previous_status: Status | None = None
    status: Status | None = None
    progress: int | None = None
    planned_on: date | None = None
    first_planned_on: date | None = None
    last_planned_on: date | None = None
    moved_from: date | None = None
    has_vanished: bool = False
    is_material: bool = False
    evidence: frozenset[str] = field(default_factory=frozenset)
    reached: frozenset[str] = field(default_factory=frozenset)

    def after(self, update: StatusUpdate, *, recurs: bool) -> _State:
        """Return the state after one more update."""
        if update.milestone is not None:
            return self._after_milestone(update.milestone, update)
        before = self._new_cycle() if recurs and self._opens_cycle(update) else self
        status = update.status or before.status
        plan = update.plan
        vanished = plan is not None and plan.on is None and not (status is not None and status.is_terminal)
        said_on = plan.on if plan is not None else None
        planned_on = said_on if said_on is not None else (None if vanished else before.planned_on)
        last = before.last_planned_on
        after = replace(
            before,
            previous_status=before.status,
            status=status,
            progress=before.progress if update.progress is None else update.progress,
            planned_on=planned_on,
            first_planned_on=before.first_planned_on or said_on,
            last_planned_on=said_on or last,
            moved_from=last if said_on is not None and last is not None and said_on > last else None,
            has_vanished=planned_on is None and last is not None,
            evidence=before.evidence | frozenset(update.evidence),
        )
        return replace(after, is_material=_is_material(before, after, update))

    def as_entry(self, update: StatusUpdate) -> Entry:
        """Freeze the state beside the update that led to it."""
        return Entry(
            update=update,
            cycle=self.cycle,
            previous_status=self.previous_status,
            status=self.status or Status.NOT_STARTED,
            progress=self.progress,
            planned_on=self.planned_on,
            first_planned_on=self.first_planned_on,
            last_planned_on=self.last_planned_on,
            moved_from=self.moved_from,
            has_vanished=self.has_vanished,
            is_material=self.is_material,
        )

    def _opens_cycle(self, update: StatusUpdate) -> bool:
        """Tell whether the first line after a completion begins a recurring duty anew.

        It does, unless it reports the same completion once more: completed, with the same date or none.
        """
        if self.status is not Status.COMPLETED or update.status is None:
            return False
        said_on = update.plan.on if update.plan is not None else None
        return update.status is not Status.COMPLETED or said_on not in (None, self.last_planned_on)

    def _new_cycle(self) -> _State:
        return _State(cycle=self.cycle + 1, evidence=self.evidence, reached=self.reached)

    def _after_milestone(self, milestone: str, update: StatusUpdate) -> _State:
        is_new = update.status is Status.COMPLETED and milestone not in self.reached
        return replace(
            self,
            previous_status=self.status,
            moved_from=None,
            is_material=is_new,
            reached=self.reached | {milestone} if is_new else self.reached,
        )


def _is_material(before: _State, after: _State, update: StatusUpdate) -> bool:
    """Tell whether the update brought something new; a remark, or the same again, did not."""
    if not update.is_report:
        return False
    if before.status is None:
        return True
    is_moved = after.planned_on != before.planned_on and (not update.is_answer or bool(update.reason))
    return (
        after.status is not before.status
        or after.progress != before.progress
        or is_moved
        or bool(after.evidence - before.evidence)
    )
