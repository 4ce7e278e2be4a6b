"""How did the planned date of one dossier move from report to report? Data for a milestone trend analysis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.updates import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ipa_core.domain.dossiers import Dossier, Entry


class TrendKind(StrEnum):
    """What a report did to the planned date."""

    FIRST = "first"
    KEPT = "kept"
    MOVED = "moved"
    VANISHED = "vanished"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """What one report said; `before` is the date that was given before it, also when that had vanished.

    Without a plan, `planned_on` is empty. Of a completion it is the date that stood then.
    """

    reported_on: date
    planned_on: date | None
    before: date | None
    kind: TrendKind
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneTrend:
    """The planned date over time, up to the day `on`; `baseline_on` is what drift is counted from."""

    code: str
    title: str
    on: date
    baseline_on: date | None
    points: tuple[TrendPoint, ...]


def build_trend(dossier: Dossier, *, on: date) -> MilestoneTrend:
    """Return each report of the present cycle from the first planned date on; what is about a milestone is left out."""
    baseline = dossier.baseline
    return MilestoneTrend(
        code=dossier.code,
        title=dossier.recommendation.title,
        on=on,
        baseline_on=baseline.on if baseline is not None else None,
        points=tuple(_points(dossier)),
    )


def _points(dossier: Dossier) -> Iterator[TrendPoint]:
    before: date | None = None
    for entry in dossier.cycle:
        if entry.last_planned_on is None or entry.update.milestone is not None:
            continue
        yield TrendPoint(
            reported_on=entry.on,
            planned_on=entry.planned_on,
            before=before,
            kind=_kind(entry, before),
            source=entry.update.where,
        )
        before = entry.last_planned_on


def _kind(entry: Entry, before: date | None) -> TrendKind:
    if entry.status is Status.COMPLETED:
        return TrendKind.COMPLETED
    if entry.planned_on is None:
        return TrendKind.VANISHED
    if before is None:
        return TrendKind.FIRST
    return TrendKind.KEPT if entry.planned_on == before else TrendKind.MOVED
