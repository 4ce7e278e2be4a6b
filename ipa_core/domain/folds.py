"""What follows from the facts on one dossier, put in the order of the days they speak about?

Each update becomes an `Entry` that tells what it changed; decisions and rounds are those that were known.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.dossiers import Dossier, Entry
from ipa_core.domain.milestones import stand_milestones
from ipa_core.domain.moments import day_of
from ipa_core.domain.promises import RunningPromise
from ipa_core.domain.updates import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.dossiers import RoundTerm
    from ipa_core.domain.recommendations import Milestone, Recommendation
    from ipa_core.domain.updates import StatusUpdate

_by_day: Callable[[StatusUpdate], tuple[date, int]] = attrgetter("effective_on", "seq")


def fold(
    recommendation: Recommendation,
    updates: Iterable[StatusUpdate],
    *,
    known_at: datetime,
    milestones: Sequence[Milestone] = (),
    decisions: Sequence[Decision] = (),
    rounds: Sequence[RoundTerm] = (),
) -> Dossier:
    """Fold the facts that were known at the instant into a dossier.

    A fact that speaks about an earlier day takes its place in the timeline and leaves the present state alone. A
    corrected fact no longer counts: what corrects it stands in its place. `milestones` holds the versions of all its
    milestones, oldest first.
    """
    running = RunningFold(updates, milestones=milestones, decisions=decisions, rounds=rounds)
    return running.at(known_at, recommendation)


class RunningFold:
    """The fold of one dossier at one instant after the other.

    Facts mostly become known in the order of their days: then the entries of an instant begin with those of the
    instant before, and only the new ones are added. A late fact or a correction has all of them made again.
    `_earlier` holds for each correction what it took the place of, newest first.
    """

    def __init__(
        self,
        updates: Iterable[StatusUpdate],
        *,
        milestones: Sequence[Milestone] = (),
        decisions: Sequence[Decision] = (),
        rounds: Sequence[RoundTerm] = (),
        versions: Sequence[Recommendation] = (),
    ) -> None:
        self._ahead = sorted(updates, key=attrgetter("recorded_at"), reverse=True)
        self._milestones, self._decisions, self._rounds = milestones, decisions, rounds
        self._versions = versions
        self._known: list[StatusUpdate] = []
        self._corrected: set[int] = set()
        self._earlier: dict[int, tuple[StatusUpdate, ...]] = {}
        self._place: Callable[[StatusUpdate], tuple[date, int]] = _by_day
        self._entries = _Entries(recurs=False)

    def at(self, moment: datetime, recommendation: Recommendation) -> Dossier:
        """Return the dossier as known at the instant, which is not earlier than the one asked for before."""
        self._learn(moment, recurs=recommendation.recurs is not None)
        milestones = [one for one in self._milestones if one.recorded_at <= moment]
        on = day_of(moment) if self._decisions else None
        return Dossier(
            recommendation=recommendation,
            entries=tuple(self._entries.all),
            milestones=stand_milestones(recommendation, milestones, self._known) if milestones else (),
            decisions=tuple(one for one in self._decisions if one.at <= moment and on and _counts(one, on)),
            rounds=tuple(
                one for one in self._rounds if one.ends_at <= moment and (one.moved_at is None or moment < one.moved_at)
            ),
            versions=tuple(one for one in self._versions if one.recorded_at <= moment) if on else (),
            earlier=self._earlier,
        )

    def _learn(self, moment: datetime, *, recurs: bool) -> None:
        new: list[StatusUpdate] = []
        while self._ahead and self._ahead[-1].recorded_at <= moment:
            new.append(self._ahead.pop())
        corrected = {update.supersedes for update in new if update.supersedes is not None}
        if corrected:
            self._corrected |= corrected
            self._chain(new)
        new = [update for update in new if update.seq not in self._corrected]
        new.sort(key=self._place)
        is_late = bool(new and self._known) and self._place(new[0]) < self._place(self._known[-1])
        if is_late or corrected or recurs != self._entries.recurs:
            new = [update for update in (*self._known, *new) if update.seq not in self._corrected]
            new.sort(key=self._place)
            self._known, self._entries = [], _Entries(recurs=recurs)
        self._known += new
        for update in new:
            self._entries.add(update)

    def _chain(self, new: Sequence[StatusUpdate]) -> None:
        """Keep what each correction took the place of: among the facts of its day it stands where the first stood."""
        said = {update.seq: update for update in (*self._known, *new)}
        chains = dict(self._earlier)
        for update in sorted(new, key=attrgetter("seq")):
            before = said.get(update.supersedes) if update.supersedes is not None else None
            if before is not None:
                chains[update.seq] = (before, *chains.get(before.seq, ()))
        self._earlier, self._place = chains, self._by_first_version

    def _by_first_version(self, update: StatusUpdate) -> tuple[date, int]:
        earlier = self._earlier.get(update.seq)
        return _by_day(earlier[-1] if earlier else update)


def _counts(decision: Decision, day: date) -> bool:
    return decision.kind is not DecisionKind.EXPLAIN or decision.explains_on(day)


class _Entries:
    """The entries so far, and what stands after them."""

    def __init__(self, *, recurs: bool) -> None:
        self.all: list[Entry] = []
        self.recurs = recurs
        self._evidence: set[str] = set()
        self._reached: set[str] = set()
        self._begin(cycle=0)

    def _begin(self, *, cycle: int) -> None:
        self._cycle, self._place, self._opened = cycle, 0, 0
        self._status: Status | None = None
        self._progress: int | None = None
        self._planned_on: date | None = None
        self._first_planned_on: date | None = None
        self._last_planned_on: date | None = None
        self._has_vanished = False
        self._promise = RunningPromise()

    def add(self, update: StatusUpdate) -> None:
        """Add one more update, which speaks about no earlier day."""
        if update.milestone is not None:
            self._add_milestone(update.milestone, update)
            return
        if self.recurs and self._opens_cycle(update):
            self._begin(cycle=self._cycle + 1)
        previous, progress, planned_on, last = self._status, self._progress, self._planned_on, self._last_planned_on
        self._status = update.status or previous
        if update.progress is not None:
            self._progress = update.progress
        self._plan(update)
        said_on = update.plan.on if update.plan is not None else None
        is_moved = self._planned_on != planned_on and (not update.is_answer or bool(update.reason))
        is_new = previous is None or self._status is not previous or self._progress != progress or is_moved
        is_shown = not self._evidence.issuperset(update.evidence)
        self._evidence.update(update.evidence)
        self._append(
            update,
            previous,
            moved_from=last if said_on is not None and last is not None and said_on > last else None,
            is_material=update.is_report and (is_new or is_shown),
        )

    def _plan(self, update: StatusUpdate) -> None:
        """Take over the date that was said, or that it was taken away; a closed dossier keeps the last one."""
        if update.plan is not None:
            said_on, is_closed = update.plan.on, self._status is not None and self._status.is_terminal
            self._planned_on = said_on or (self._planned_on if is_closed else None)
            self._first_planned_on = self._first_planned_on or said_on
            self._last_planned_on = said_on or self._last_planned_on
        self._has_vanished = self._planned_on is None and self._last_planned_on is not None

    def _opens_cycle(self, update: StatusUpdate) -> bool:
        """Tell whether the first line after a completion begins a recurring duty anew.

        It does, unless it reports the same completion once more: completed, with the same date or none. A line without
        a status does so by another date alone, as that of a form in which only the next date was filled in.
        """
        if self._status is not Status.COMPLETED:
            return False
        is_going = update.status not in (None, Status.COMPLETED)
        said_on = update.plan.on if update.plan is not None else None
        return is_going or said_on not in (None, self._last_planned_on)

    def _add_milestone(self, milestone: str, update: StatusUpdate) -> None:
        is_new = update.status is Status.COMPLETED and milestone not in self._reached
        if is_new:
            self._reached.add(milestone)
        self._append(update, self._status, moved_from=None, is_material=is_new)

    def _append(
        self, update: StatusUpdate, previous: Status | None, *, moved_from: date | None, is_material: bool
    ) -> None:
        """Freeze what stands beside the update that led to it."""
        status = self._status or Status.NOT_STARTED
        if previous is not None and previous.is_terminal and not status.is_terminal:
            self._opened, self._promise = self._place, RunningPromise()
        if self._place == self._opened or update.milestone is None:
            self._promise.add(update, self._planned_on)
        entry = Entry(
            update=update,
            cycle=self._cycle,
            place=self._place,
            opened=self._opened,
            previous_status=previous,
            status=status,
            progress=self._progress,
            planned_on=self._planned_on,
            first_planned_on=self._first_planned_on,
            last_planned_on=self._last_planned_on,
            moved_from=moved_from,
            has_vanished=self._has_vanished,
            is_material=is_material,
            promise=self._promise.standing,
        )
        self._place += 1
        self.all.append(entry)
