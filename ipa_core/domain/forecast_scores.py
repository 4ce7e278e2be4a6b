"""How good were the forecasts, now that we know what happened?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from ipa_core.domain.spans import WHOLE
from ipa_core.domain.updates import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.forecasts import Forecast

ENOUGH = 8
"""With fewer outcomes a number says nothing."""

_BINS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastResult:
    """A chance that was told, in millionths, and what happened; None while that is not known.

    `has_moved` tells whether the date had moved before: one that goes by drift alone expects it to move again.
    """

    chance: int
    has_moved: bool
    is_met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """The forecasts with a chance from `first` up to `last` per cent, and how many of them came true, as shares."""

    first: int
    last: int
    forecasts: int
    expected: float
    happened: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BrierScores:
    """The mean square of what a chance was off; 0 is perfect, and who always says a half gets 0.25."""

    forecast: float
    plan_is_right: float
    drift_repeats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScore:
    """How many forecasts were made, of how many the outcome is known, and how good those were, when they are enough."""

    made: int
    known: int
    brier: BrierScores | None = None
    calibration: tuple[CalibrationBin, ...] = ()


def score_forecasts(results: Iterable[ForecastResult]) -> ForecastScore:
    """Score the forecasts of which the outcome is known."""
    made = list(results)
    known = [(one, float(one.is_met)) for one in made if one.is_met is not None]
    if len(known) < ENOUGH:
        return ForecastScore(made=len(made), known=len(known))
    return ForecastScore(
        made=len(made),
        known=len(known),
        brier=BrierScores(
            forecast=fmean((one.chance / WHOLE - met) ** 2 for one, met in known),
            plan_is_right=fmean((1 - met) ** 2 for _, met in known),
            drift_repeats=fmean((float(not one.has_moved) - met) ** 2 for one, met in known),
        ),
        calibration=_calibration(known),
    )


def is_met(forecast: Forecast, cycle: int, dossier: Dossier, *, on: date) -> bool | None:
    """Tell whether the dossier was completed by its planned date, as known on a day; None when that is not known.

    One that was dropped before its date would have come in time or not: nobody knows.
    """
    lived = replace(dossier, entries=tuple(entry for entry in dossier.entries if entry.cycle <= cycle))
    completed = (
        entry
        for place, entry in enumerate(lived.cycle)
        if entry.status is Status.COMPLETED and entry.on >= forecast.given_on and not lived.was_refused(place)
    )
    if any(entry.on <= forecast.planned_on for entry in completed):
        return True
    is_ended = lived.status.is_terminal and lived.status is not Status.COMPLETED
    if forecast.planned_on >= on or (is_ended and lived.first_of_present_status.on <= forecast.planned_on):
        return None
    return False


def _calibration(known: Sequence[tuple[ForecastResult, float]]) -> tuple[CalibrationBin, ...]:
    groups: dict[int, list[tuple[float, float]]] = {}
    for one, met in known:
        groups.setdefault(min(_BINS - 1, one.chance * _BINS // WHOLE), []).append((one.chance / WHOLE, met))
    width = 100 // _BINS
    return tuple(
        CalibrationBin(
            first=place * width,
            last=(place + 1) * width,
            forecasts=len(group),
            expected=fmean(chance for chance, _ in group),
            happened=fmean(met for _, met in group),
        )
        for place, group in sorted(groups.items())
    )
