"""How does an episode of a signal stand at a run, in the reference model?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.signals import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ipa_core.domain.calendars import Calendar
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
        """Something material changed while it was acknowledged, so that the wait begins anew afterwards.

        What changed earlier on the day of the acknowledgement, or at the same instant, was known when it was made.
        """
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

    @property
    def snoozes(self) -> int:
        """How often it was put off so far, each renewal counted."""
        return sum(one.is_snooze for one in self.held)


def seen(life: Life, now: Turn, run: Run) -> Seen:
    """Look at an episode of which `now` is what happened last."""
    made = tuple(pause for pause in life.pauses if pause.at <= run.at)
    raised_at = tuple(turn.at for turn in life.turns if turn.kind is ChangeKind.RAISED and turn.applied_at <= run.at)
    return Seen(life=life, severity=now.severity, on=day_of(run.at), held=_held(made, raised_at))


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


def open_days_between(calendar: Calendar, held: Iterable[Held], since: date, until: date) -> int:
    """Return how many working days after one day, up to and including another, nobody had it in hand."""
    passed = calendar.working_days_between(since, until)
    for one in held:
        begins = max(since, one.first - timedelta(days=1))
        passed -= calendar.working_days_between(begins, max(begins, min(until, one.last)))
    return passed


@lru_cache(maxsize=1024)
def _held(made: tuple[Pause, ...], raised_at: tuple[datetime, ...]) -> tuple[Held, ...]:
    """Return when a signal was in hand: until the end of what was decided, or until the next decision takes over.

    A snooze also ends when the signal weighs more. The same question comes at run after run, so answers are kept.
    """
    held = []
    for pause, following in zip_longest(made, made[1:]):
        ends_at = [following.at] if following is not None else []
        if pause.kind is DecisionKind.SNOOZE:
            ends_at += [at for at in raised_at if at > pause.at]
        last = min([pause.until, *(day_of(at) - timedelta(days=1) for at in ends_at)])
        held.append(Held(first=day_of(pause.at), last=last, pause=pause))
    return tuple(held)
