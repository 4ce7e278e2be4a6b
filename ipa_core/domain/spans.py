"""Which share was over by which length, when some are not over yet?"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOLE = 1_000_000
"""Shares are kept in whole millionths, so that every machine counts the same."""

Curve: TypeAlias = tuple[tuple[int, int], ...]
"""Lengths in rising order, each with the share of all that was over by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long something took; or, when it is not over, how long it has lasted at least."""

    length: int
    is_over: bool


def ended_shares(spans: Iterable[Span]) -> Curve:
    """Return the curve of Kaplan and Meier: at each length those that lasted so long tell how many end there."""
    counts = Counter((span.length, span.is_over) for span in spans)
    lasting, left = sum(counts.values()), 1.0
    curve: list[tuple[int, int]] = []
    for length in sorted({length for length, _ in counts}):
        ended = counts[length, True]
        if ended:
            left *= 1 - ended / lasting
            curve.append((length, round(WHOLE * (1 - left))))
        lasting -= ended + counts[length, False]
    return tuple(curve)


def share_by(curve: Curve, length: int) -> int:
    """Return the share that was over by the length."""
    place = bisect_right(curve, (length, WHOLE))
    return curve[place - 1][1] if place else 0


def length_of(curve: Curve, share: int) -> int | None:
    """Return the length by which so large a share was over; None when the curve does not reach it."""
    return next((length for length, reached in curve if reached >= share), None)
