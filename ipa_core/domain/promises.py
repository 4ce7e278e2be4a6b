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

    from ipa_core.domain.dossiers import Entry
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
    """A planned date that counts, and the update that gave it."""

    due_on: date
    update: StatusUpdate


def standing_promise(sayings: Iterable[Saying | Entry]) -> Promise | None:
    """Return the date that counts after these sayings, given by day; None without one.

    The first saying counts as it is.
    """
    counts: Saying | Entry | None = None
    waiting: Saying | Entry | None = None
    for index, saying in enumerate(sayings):
        update = saying.update
        is_passed = counts is not None and counts.planned_on is not None and saying.on > counts.planned_on
        if index == 0 or (update.plan is not None and not is_passed):
            counts, waiting = saying, None
        elif update.plan is not None:
            is_reasoned, is_dated = not update.is_answer or bool(update.reason), saying.planned_on is not None
            counts = saying if is_reasoned and is_dated else counts
            waiting = saying if not is_reasoned and is_dated else None
        elif waiting is not None and update.reason:
            counts, waiting = waiting, None
    if counts is None or counts.planned_on is None:
        return None
    return Promise(due_on=counts.planned_on, update=counts.update)
