"""Which whole numbers may people choose for a value of policy?

A field of thresholds or of a ladder has its bounds as metadata. They are asked when policy comes in, and not when it
is read back: what was stored under other bounds keeps counting.
"""

from __future__ import annotations

from dataclasses import Field, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest number that make sense."""

    lowest: int
    highest: int


def between(lowest: int, highest: int) -> Mapping[str, Bounds]:
    """Return the bounds as metadata of a field."""
    return {"bounds": Bounds(lowest, highest)}


def bounds_of(field: Field[Any]) -> Bounds | None:
    """Return the bounds of a field; None when it holds something else than a number."""
    found: Bounds | None = field.metadata.get("bounds")
    return found


TERM = between(0, 2500)
"""Working days after something: ten years, which is how far the calendar goes on after the last date of a plan."""

LEAD = between(0, 250)
"""Working days before a planned date: a year, which is how far the calendar goes back before the first."""

DAYS = between(1, 3650)
"""Calendar days."""

COUNT = between(1, 1000)
"""How many dossiers, rounds, signals or ministries it takes; with none of them there is nothing to tell."""

PERCENT = between(1, 100)
CHANCE = between(1, 99)
"""Per cent; surely and never are no chances."""

RUNG = between(1, 1000)
BEFORE_DUE = between(-1000, 0)
"""Working days of a ladder: as many as a programme may give for an answer."""
