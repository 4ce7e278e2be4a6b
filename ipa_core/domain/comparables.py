"""What became of comparable dossiers, as known at an instant?

The table counts how far first planned dates stretched: 100 per cent is on the day itself, 150 per cent half as long
again. Whoever is not done yet counts for as long as it is known to last, so that slow dossiers are not forgotten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import day_after
from ipa_core.domain.moments import LONG_AGO, day_of, start_of_day
from ipa_core.domain.periods import Cadence, latest_period_before
from ipa_core.domain.phases import PhaseLength, measure_phase, phase_spans
from ipa_core.domain.spans import Curve, Span, ended_shares
from ipa_core.domain.updates import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.phases import Band

ON_TIME = 100
"""Per cent of the promised time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparables:
    """The table that holds from an instant until the next one.

    `plans` counts the first planned dates of which is known whether they were met; `slips` tells which share of all
    was done by which per cent of its promised time.
    """

    at: datetime
    plans: int = 0
    slips: Curve = ()
    phases: tuple[PhaseLength, ...] = ()


NO_COMPARABLES = Comparables(at=LONG_AGO)
"""What is known before the first table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A dossier beside the comparables; `broken_on` is the day from which its forecast has been too late."""

    dossier: Dossier
    comparables: Comparables
    broken_on: date | None = None


def closings(cadence: Cadence, *, after: datetime, until: datetime) -> list[datetime]:
    """Return the instants after the one and up to the other at which a period of the cadence was just over.

    A programme of which only people open rounds gets a table each year.
    """
    rhythm = Cadence.YEARLY if cadence is Cadence.MANUAL else cadence
    found: list[datetime] = []
    period = latest_period_before(rhythm, day_of(until))
    while period is not None and (at := start_of_day(day_after(period.last))) > after:
        found.append(at)
        period = latest_period_before(rhythm, period.first)
    return found[::-1]


class Tally:
    """Counts what the dossiers tell just before an instant, one after the other; only the counts are kept."""

    def __init__(self, at: datetime, *, bands: Sequence[Band], percentile: int) -> None:
        self._at, self._bands, self._percentile = at, bands, percentile
        self._slips: Counter[Span] = Counter()
        self._phases: dict[Band, Counter[Span]] = {band: Counter() for band in bands}

    def add(self, dossier: Dossier) -> None:
        """Count a dossier as known just before the instant.

        One that waits for another one tells nothing of its own: it moves with its root.
        """
        if dossier.is_adopted and not dossier.recommendation.depends_on:
            on = day_of(self._at)
            self._slips.update(first_slips(dossier, on=on))
            for band, span in phase_spans(dossier, self._bands, on) if self._bands else ():
                self._phases[band][span] += 1

    def table(self) -> Comparables:
        """Return the table of all that were counted."""
        return Comparables(
            at=self._at,
            plans=sum(count for slip, count in self._slips.items() if is_settled(slip)),
            slips=ended_shares(self._slips.elements()),
            phases=tuple(measure_phase(band, spans, self._percentile) for band, spans in self._phases.items()),
        )


def first_slips(dossier: Dossier, *, on: date) -> Iterator[Span]:
    """Yield for each cycle how far its first planned date stretched by the beginning of the day."""
    for number in sorted({entry.cycle for entry in dossier.entries}):
        entries = tuple(entry for entry in dossier.entries if entry.cycle <= number)
        slip = _first_slip(replace(dossier, entries=entries), on)
        if slip is not None:
            yield slip


def is_settled(slip: Span) -> bool:
    """Tell whether it is known if the planned date was met."""
    return slip.is_over or slip.length >= ON_TIME


def stretch(days: int, promised: int) -> int:
    """Return how many per cent of the promised days it took, rounded up."""
    return -(-ON_TIME * days // promised)


def _first_slip(dossier: Dossier, on: date) -> Span | None:
    first = next((entry for entry in dossier.cycle if entry.first_planned_on is not None), None)
    if first is None or first.first_planned_on is None or first.status.is_terminal:
        return None
    promised = (first.first_planned_on - first.on).days
    if promised <= 0:
        return None
    if dossier.status is Status.COMPLETED:
        return Span(length=stretch((dossier.claim.on - first.on).days, promised), is_over=True)
    # Of a day that is not over it is not known yet whether it brings the completion.
    lasted = (dossier.first_of_present_status.on if dossier.status.is_terminal else on) - first.on
    return Span(length=max(0, ON_TIME * (lasted.days - 1) // promised), is_over=False)
