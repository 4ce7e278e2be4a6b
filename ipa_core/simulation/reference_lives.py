"""How does an episode of a signal stand at a run, in the reference model?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.signals import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from ipa_core.domain.severities import Severity
    from ipa_core.simulation.stories import Life, Pause, Run, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The days, from `first` up to and including `last`, on which somebody had a signal in hand; maybe none."""

    first: date
    last: date
    pause: Pause

    @property
    def is_snooze(self) -> bool:
        """It was put off, and not taken up."""
        return self.pause.kind is DecisionKind.SNOOZE

    @property
    def is_anew(self) -> bool:
        """Something material changed while it was acknowledged, so that the wait begins anew afterwards."""
        moved_at = self.pause.material_at
        return not self.is_snooze and moved_at is not None and day_of(moved_at) <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An open episode as it stands on the day of a run."""

    life: Life
    severity: Severity
    on: date
    held: Sequence[Held]

    @property
    def is_in_hand(self) -> bool:
        """Somebody took it up or put it off."""
        return any(one.first <= self.on <= one.last for one in self.held)


def seen(life: Life, now: Turn, run: Run) -> Seen:
    """Look at an episode of which `now` is what happened last."""
    return Seen(life=life, severity=now.severity, on=day_of(run.at), held=_held(life, run))


def last_turn(life: Life, run: Run) -> Turn | None:
    """Return what happened last to an episode, as far as a run saw it; None before it was there."""
    return next((turn for turn in reversed(life.turns) if turn.applied_at <= run.at), None)


def gravest(life: Life, run: Run) -> Severity:
    """Return the most that it weighed up to a run that saw it."""
    return max((turn.severity for turn in life.turns if turn.applied_at <= run.at), key=lambda one: one.weight)


def came_back(life: Life) -> bool:
    """Tell whether this episode is the return of an earlier one."""
    return life.turns[0].kind is ChangeKind.CAME_BACK


def was_seen_open(life: Life) -> bool:
    """Tell whether a run saw it while it was open: what opened and was solved between two runs sends nothing."""
    return life.turns[-1].kind is not ChangeKind.RESOLVED or life.turns[0].applied_at < life.turns[-1].applied_at


def is_folded(life: Life, at: datetime) -> bool:
    """Tell whether a signal stood under another one at an instant."""
    return any(fold.since <= at and (fold.until is None or at < fold.until) for fold in life.folds)


def knelpunt_of(life: Life) -> str:
    """Return what all episodes of one knelpunt share: their id without its number."""
    return life.id.rpartition(":")[0]


def _held(life: Life, run: Run) -> list[Held]:
    """Return when the signal was in hand, as known at this run: until its end, or until the next one takes over.

    A snooze also ends when the signal weighs more.
    """
    made = [pause for pause in life.pauses if pause.at <= run.at]
    ends = [pause.until for pause in made]
    for n, pause in enumerate(made):
        if n + 1 < len(made):
            ends[n] = min(ends[n], day_of(made[n + 1].at) - timedelta(days=1))
        for turn in life.turns:
            is_woken = turn.kind is ChangeKind.RAISED and pause.at < turn.at and turn.applied_at <= run.at
            if pause.kind is DecisionKind.SNOOZE and is_woken:
                ends[n] = min(ends[n], day_of(turn.at) - timedelta(days=1))
    return [Held(first=day_of(pause.at), last=last, pause=pause) for pause, last in zip(made, ends, strict=True)]
