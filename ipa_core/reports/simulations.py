"""What a simulated life showed: whether everything was sent that had to be, and what it asked of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Every difference and every broken promise, and the burden per mailbox.

    `items` are the things that were told, `messages` the mails in which that was done, copies included. `doubtful` are
    those of which a death left it unsure whether they went. `burden` counts the messages of each mailbox by month, as
    `2026-03`.
    """

    programme: str
    begins_on: date
    ends_on: date
    differences: tuple[str, ...]
    items: int
    messages: int
    runs: int
    deaths: int
    doubtful: int
    burden: Mapping[str, Mapping[str, int]]

    @property
    def months(self) -> float:
        """How many months it took."""
        return MONTHS_PER_YEAR * (self.ends_on - self.begins_on).days / DAYS_PER_YEAR

    def as_json(self) -> dict[str, Any]:
        """Return the fields by their public names."""
        return {
            "programme": self.programme,
            "begins_on": self.begins_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "differences": list(self.differences),
            "items": self.items,
            "messages": self.messages,
            "runs": self.runs,
            "deaths": self.deaths,
            "doubtful": self.doubtful,
            "burden": [
                {
                    "recipient": mailbox,
                    "messages": sum(months.values()),
                    "per_month": round(sum(months.values()) / self.months, 1),
                    "most_in_a_month": max(months.values()),
                }
                for mailbox, months in sorted(self.burden.items())
            ],
        }
