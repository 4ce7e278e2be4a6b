"""How well do the signals agree with the knelpunten that are known from public sources?"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

CONTROL_KIND = "geen_knelpunt"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKnelpunt:
    """What the public story says about a dossier in a period; open ends are None."""

    dossier: str
    first: date | None
    last: date | None
    kind: str
    confidence: Confidence
    note: str = ""
    source: str = ""

    @property
    def is_control(self) -> bool:
        """Nothing got stuck here."""
        return self.kind == CONTROL_KIND


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpan:
    """The days on which a signal on the dossier weighed medium or more; `last` None is still open."""

    dossier: str
    rule: str
    first: date
    last: date | None
    severity: Severity
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The outcome per dossier; lead days are positive when the signal came before the public date."""

    known: int
    found: int
    missed: tuple[str, ...]
    controls: int
    flagged_controls: tuple[str, ...]
    lead_days: Mapping[str, int]

    @property
    def median_lead_days(self) -> float | None:
        """The middle one of the lead days, None without any."""
        return median(self.lead_days.values()) if self.lead_days else None


def score(truth: Iterable[KnownKnelpunt], alarms: Iterable[AlarmSpan], *, dependents: Iterable[str]) -> Score:
    """Compare alarms with what is known, per dossier.

    Rows of low confidence and dossiers that depend on others are left out: those move with their root.
    """
    left_out = set(dependents)
    rows = [row for row in truth if row.confidence is not Confidence.LOW and row.dossier not in left_out]
    by_dossier: dict[str, list[AlarmSpan]] = {}
    for alarm in alarms:
        by_dossier.setdefault(alarm.dossier, []).append(alarm)
    known = sorted({row.dossier for row in rows if not row.is_control})
    controls = sorted({row.dossier for row in rows if row.is_control})
    leads: dict[str, int] = {}
    for dossier in known:
        mine = [row for row in rows if row.dossier == dossier and not row.is_control]
        lead = _lead_days(mine, by_dossier.get(dossier, []))
        if lead is not None:
            leads[dossier] = lead
    return Score(
        known=len(known),
        found=len(leads),
        missed=tuple(code for code in known if code not in leads),
        controls=len(controls),
        flagged_controls=tuple(code for code in controls if code in by_dossier),
        lead_days=leads,
    )


def _lead_days(known: Sequence[KnownKnelpunt], alarms: Sequence[AlarmSpan]) -> int | None:
    """Days from the opening of the earliest alarm that met a known knelpunt to the start of the first it met."""
    met = [(alarm.opened_on, row) for row in known for alarm in alarms if _meets(row, alarm)]
    if not met:
        return None
    opened_on = min(opened for opened, _ in met)
    starts = [row.first for opened, row in met if opened == opened_on and row.first is not None]
    return (min(starts) - opened_on).days if starts else 0


def _meets(known: KnownKnelpunt, alarm: AlarmSpan) -> bool:
    begins_in_time = known.last is None or alarm.first <= known.last
    ends_in_time = known.first is None or alarm.last is None or alarm.last >= known.first
    return begins_in_time and ends_in_time
