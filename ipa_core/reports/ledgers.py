"""Did everything go that had to go? The rungs that should exist, against the notices, against what became of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The count of one programme at a moment, over every notice whose day has come.

    `explained` are those that did not go, with the reason; `waiting` still go in time. `missing` are rungs of which
    there is no notice, `unexplained` keys of notices that did not go without a reason, and `late` keys of those that
    should have gone on an earlier working day.
    """

    programme: str
    sent: int
    waiting: int
    explained: int
    missing: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    late: tuple[str, ...] = ()

    @property
    def due(self) -> int:
        """How many notices there are whose day has come."""
        return self.sent + self.waiting + self.explained + len(self.unexplained) + len(self.late)

    @property
    def missed(self) -> int:
        """How many should have gone by now, and neither went nor have a reason."""
        return len(self.missing) + len(self.unexplained) + len(self.late)

    @property
    def is_complete(self) -> bool:
        """Nothing was forgotten, and everything that did not go has its reason."""
        return self.missed == 0
