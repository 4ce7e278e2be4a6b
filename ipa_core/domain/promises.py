"""Which planned date counts, after all that was said about it?

While a date has not passed, any new one takes its place. Once it has, only a new date with a reason does, be it that
the reason comes later. A date that is taken away before it passes counts no longer; afterwards it stays passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ipa_core.domain.updates import StatusUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one update says about a planned date. `planned_on` is the date that stands after it, None without one."""

    update: StatusUpdate
    planned_on: date | None

    @property
    def on(self) -> date:
        """The day it speaks about."""
        return self.update.effective_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A planned date that counts, and the saying that gave it."""

    due_on: date
    saying: Saying


def standing_promise(sayings: Iterable[Saying]) -> Promise | None:
    """Return the date that counts after these sayings, given by day; None without one.

    The first saying counts as it is.
    """
    counts: Promise | None = None
    waiting: Saying | None = None
    for index, saying in enumerate(sayings):
        is_passed = counts is not None and saying.on > counts.due_on
        if index == 0 or (saying.update.plan is not None and not is_passed):
            counts, waiting = _as_promise(saying), None
        elif saying.update.plan is not None:
            is_reasoned = not saying.update.is_answer or bool(saying.update.reason)
            counts = (_as_promise(saying) or counts) if is_reasoned else counts
            waiting = None if is_reasoned or saying.planned_on is None else saying
        elif waiting is not None and saying.update.reason:
            counts, waiting = _as_promise(waiting), None
    return counts


def _as_promise(saying: Saying) -> Promise | None:
    return None if saying.planned_on is None else Promise(due_on=saying.planned_on, saying=saying)
