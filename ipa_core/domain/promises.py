"""Which planned date counts, after all that was said about it?

While a date has not passed, any new one takes its place. Once it has, only a new date with a reason does, be it that
the reason comes later. A date that is taken away before it passes counts no longer; afterwards it stays passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.updates import StatusUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A planned date that counts, and the update that gave it."""

    due_on: date
    update: StatusUpdate


class RunningPromise:
    """The date that counts after one saying after the other, given by day. The first one counts as it is."""

    def __init__(self) -> None:
        self.standing: Promise | None = None
        self._is_first = True
        self._waiting: Promise | None = None

    def add(self, update: StatusUpdate, planned_on: date | None) -> None:
        """Add what one update says; `planned_on` is the date that stands after it, None without one."""
        said = Promise(due_on=planned_on, update=update) if planned_on is not None else None
        is_passed = self.standing is not None and update.effective_on > self.standing.due_on
        if self._is_first or (update.plan is not None and not is_passed):
            self.standing, self._waiting = said, None
        elif update.plan is not None:
            is_reasoned = not update.is_answer or bool(update.reason)
            if said is not None and is_reasoned:
                self.standing = said
            self._waiting = None if is_reasoned else said
        elif self._waiting is not None and update.reason:
            self.standing, self._waiting = self._waiting, None
        self._is_first = False
