"""How good were the forecasts, on a screen and as JSON?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipa_core.domain.forecast_scores import ENOUGH
from ipa_core.render.dutch import counted

if TYPE_CHECKING:
    from ipa_core.domain.forecast_scores import CalibrationBin, ForecastScore

_DECIMALS = 3


def forecasts_lines(score: ForecastScore) -> list[str]:
    """Tell how good they were, beside two simpler ways to foretell; or that there are too few to tell."""
    if not score.made:
        return ["Prognoses (T08): geen. De afloop van te weinig vergelijkbare planningen is bekend."]
    made = f"Prognoses (T08): {score.made} gemaakt. Van {score.known} is de afloop bekend."
    if score.brier is None:
        return [made, f"Dat is te weinig om te zeggen hoe goed zij zijn. Daarvoor zijn er {ENOUGH} nodig."]
    brier = score.brier
    return [
        made,
        "Gemiddelde fout in het kwadraat (Brier); 0 is foutloos en 0,25 is een gok:",
        f"  prognose                     {_decimal(brier.forecast)}",
        f"  de planning klopt altijd     {_decimal(brier.plan_is_right)}",
        f"  wat schoof, schuift opnieuw  {_decimal(brier.drift_repeats)}",
        *(_bin_line(one) for one in score.calibration),
    ]


def forecasts_shape(score: ForecastScore) -> dict[str, Any]:
    """Return the part of `ipa replay --json` about the forecasts."""
    brier = score.brier
    return {
        "made": score.made,
        "known": score.known,
        "unknown": score.made - score.known,
        "brier": None
        if brier is None
        else {
            "forecast": round(brier.forecast, _DECIMALS),
            "plan_is_right": round(brier.plan_is_right, _DECIMALS),
            "drift_repeats": round(brier.drift_repeats, _DECIMALS),
        },
        "calibration": [
            {
                "from": one.first,
                "to": one.last,
                "forecasts": one.forecasts,
                "expected": round(one.expected, _DECIMALS),
                "happened": round(one.happened, _DECIMALS),
            }
            for one in score.calibration
        ],
    }


def _bin_line(one: CalibrationBin) -> str:
    count = counted(one.forecasts, "prognose", "prognoses")
    return f"Kans {one.first}–{one.last}%: {count}, gemiddeld {one.expected:.0%} kans, {one.happened:.0%} op tijd."


def _decimal(value: float) -> str:
    return f"{value:.{_DECIMALS}f}".replace(".", ",")
