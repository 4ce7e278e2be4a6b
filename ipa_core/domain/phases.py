"""In which phase is a dossier, since when, and how long does such a phase take?

A phase is a band of progress of an instrument: from where the band before it ends up to `below`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ipa_core.domain.spans import WHOLE, Span, ended_shares, length_of
from ipa_core.domain.updates import Status

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from ipa_core.domain.dossiers import Dossier, Entry

_KEYS = {"instrument", "below"}
_MOST, _LONGEST = 100, 2500
"""Per cent; and working days, which is ten years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A phase of an instrument; `within` is its maximum in working days, 0 when comparable dossiers tell."""

    instrument: str
    below: int
    within: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseLength:
    """In how many days comparable dossiers came through a band; `days` is None when too few of them did to tell."""

    instrument: str
    below: int
    ended: int
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Where a dossier is now, with the entry that brought it there; `starts` is where the band begins."""

    band: Band
    starts: int
    entered: Entry


def are_bands(value: object) -> bool:
    """Tell whether a value of a threshold names bands, each once."""
    if not isinstance(value, list | tuple) or not all(_is_band(one) for one in value):
        return False
    return len({(one["instrument"], one["below"]) for one in value}) == len(value)


def read_bands(tables: Iterable[Mapping[str, str | int]]) -> tuple[Band, ...]:
    """Read the bands by instrument and progress; they were checked when they came in."""
    bands = [Band(**table) for table in tables]  # type: ignore[arg-type] # each key and type was checked by are_bands
    return tuple(sorted(bands, key=lambda band: (band.instrument, band.below)))


def find_phase(dossier: Dossier, bands: Sequence[Band]) -> Phase | None:
    """Return the phase that the dossier is in; None when its instrument or its progress has none."""
    mine = _bands_of(dossier, bands)
    band, entered = next(reversed(_runs(dossier, mine)), (None, None))
    if band is None or entered is None:
        return None
    place = mine.index(band)
    return Phase(band=band, starts=mine[place - 1].below if place else 0, entered=entered)


def measure_phase(band: Band, spans: Counter[Span], percentile: int) -> PhaseLength:
    """Return in how many days `percentile` per cent of the dossiers came through the band."""
    return PhaseLength(
        instrument=band.instrument,
        below=band.below,
        ended=sum(count for span, count in spans.items() if span.is_over),
        days=length_of(ended_shares(spans.elements()), WHOLE * percentile // 100),
    )


def _is_band(one: object) -> bool:
    if not isinstance(one, dict) or not _KEYS <= one.keys() <= {*_KEYS, "within"}:
        return False
    numbers = ((one["below"], _MOST), (one.get("within", 1), _LONGEST))
    is_named = isinstance(one["instrument"], str) and bool(one["instrument"])
    return is_named and all(type(number) is int and 1 <= number <= most for number, most in numbers)


def _bands_of(dossier: Dossier, bands: Sequence[Band]) -> list[Band]:
    return [band for band in bands if band.instrument == dossier.recommendation.instrument]


def _runs(dossier: Dossier, mine: Sequence[Band]) -> list[tuple[Band | None, Entry]]:
    """Return the bands that this cycle went through, each with the entry that brought the dossier there."""

    def band_at(entry: Entry) -> Band | None:
        if entry.progress is None or entry.status.is_terminal:
            return None
        return next((band for band in mine if entry.progress < band.below), None)

    return [(band, next(entries)) for band, entries in groupby(dossier.cycle, key=band_at)] if mine else []


def phase_spans(dossier: Dossier, bands: Sequence[Band], on: date) -> Iterator[tuple[Band, Span]]:
    """Yield how long each phase took in days; one that was left backwards or by dropping is not over."""
    runs = _runs(dossier, _bands_of(dossier, bands))
    for (band, entered), (later, left) in pairwise(runs):
        if band is not None:
            is_ahead = later.below > band.below if later is not None else _is_through(left)
            yield band, Span(length=(left.on - entered.on).days, is_over=is_ahead)
    for band, entered in runs[-1:]:
        if band is not None:
            yield band, Span(length=max(0, (on - entered.on).days - 1), is_over=False)


def _is_through(left: Entry) -> bool:
    return left.status is Status.COMPLETED or not left.status.is_terminal
