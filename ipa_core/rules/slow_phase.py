"""V06 slow phase: a dossier stays in one phase for longer than it should, or than others did.

What it expects
    A phase ends within its maximum; when it has none, within the time in which `percentile` per cent of comparable
    dossiers came through it.

Why it matters
    Dossiers without dates are never late. How long they take for a stretch of the way shows where it is stuck.

When it stays silent
    For closed dossiers, when no bands are given for the instrument, without progress, and for a phase without a maximum
    while fewer than `comparables` dossiers came through it.

What resolves it
    The next phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import COUNT, PERCENT
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.phases import find_phase, read_bands
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.comparables import Comparables, Compared
    from ipa_core.domain.phases import Phase, PhaseLength


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Bands of progress per instrument, as the programme gives them; a number of dossiers, and a per cent of them."""

    comparables: int = field(metadata=COUNT)
    percentile: int = field(metadata=PERCENT)
    bands: tuple[Mapping[str, str | int], ...]


def expect(compared: Compared, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """The phase that the dossier is in comes to an end in time."""
    dossier = compared.dossier
    phase = None if dossier.is_closed else find_phase(dossier, read_bands(thresholds.bands))
    if phase is None:
        return
    since, within = phase.entered.on, phase.band.within
    length = _length_of(phase, compared.comparables, thresholds)
    if within:
        last_good_on, limit = calendar.add_working_days(since, within), Evidence(name="within", value=within)
    elif length is not None and length.days is not None:
        last_good_on, limit = since + timedelta(days=length.days), Evidence(name="days", value=length.days)
    else:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(day_after(last_good_on), Severity.LOW),),
        evidence=(
            Evidence(name="since", value=since, source=phase.entered.update.where),
            Evidence(name="starts", value=phase.starts),
            Evidence(name="below", value=phase.band.below),
            Evidence(name="instrument", value=phase.band.instrument),
            Evidence(name="last_good_on", value=last_good_on),
            limit,
            *([Evidence(name="ended", value=length.ended)] if length is not None and not within else []),
        ),
    )


def _length_of(phase: Phase, comparables: Comparables, thresholds: Thresholds) -> PhaseLength | None:
    """Return how long others took, when they are enough."""
    key = phase.band.instrument, phase.band.below
    found = (one for one in comparables.phases if (one.instrument, one.below) == key)
    return next((one for one in found if one.ended >= thresholds.comparables), None)


RULE = Rule(code="V06", thresholds=Thresholds, expect=expect)
