"""T08 forecast late: going by its own past and by comparable dossiers, the planned date will not be met.

What it expects
    The chance that the dossier is done by its planned date is at least `chance` per cent. As days pass and it is not
    done the chance falls, so the day on which it becomes too small is known beforehand.

Why it matters
    It tells before the date passes, while people can still do something about it.

When it stays silent
    For closed dossiers, without a planned date that looked ahead when it was given, and while the outcome is known of
    fewer than `comparables` comparable plans. A planned date that passed before it broke is T02's subject.

What resolves it
    A new fact, or a new table of comparables, that brings the chance above `resolved_above` per cent; or completion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import CHANCE, COUNT, LEAD
from ipa_core.domain.comparables import ON_TIME, first_slips, is_settled
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.forecasts import forecast, own_slips, pace_days
from ipa_core.domain.moments import day_of
from ipa_core.domain.severities import Severity
from ipa_core.domain.spans import WHOLE, share_by
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.comparables import Compared
    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.forecasts import Forecast

PERCENTILES = (10, 50, 90)
"""The days that are shown, by the chance that it is done by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Chances in per cent, comparables as a number of plans (and their weight in observations), a term in wd."""

    comparables: int = field(metadata=COUNT)
    chance: int = field(metadata=CHANCE)
    resolved_above: int = field(metadata=CHANCE)
    medium_within: int = field(metadata=LEAD)


def expect(compared: Compared, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """The planned date is likely enough to be met."""
    dossier = compared.dossier
    found = speak(compared, thresholds)
    if found is None:
        return
    breaks_on = _breaks_on(found, compared.broken_on, thresholds)
    if breaks_on is None:
        return
    near_on = day_after(calendar.subtract_working_days(found.planned_on, thresholds.medium_within))
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(breaks_on, Severity.LOW), Step(max(breaks_on, near_on), Severity.MEDIUM)),
        evidence=(
            Evidence(name="planned_on", value=found.planned_on, source=dossier.plan_source()),
            Evidence(name="given_on", value=found.given_on),
            Evidence(name="forecast_on", value=found.on),
            Evidence(name="chance", value=_per_cent(found.chance)),
            Evidence(name="comparables", value=_others(compared)),
            Evidence(name="kept", value=_per_cent(share_by(compared.comparables.slips, ON_TIME))),
            *_own_evidence(dossier, found),
            *([Evidence(name="broken_on", value=breaks_on)] if breaks_on < found.on else []),
            *(
                Evidence(name=f"p{per_cent}_on", value=on)
                for per_cent in PERCENTILES
                if (on := found.done_on(per_cent)) is not None
            ),
        ),
    )


def speak(compared: Compared, thresholds: Thresholds) -> Forecast | None:
    """Return the forecast; None when the rule is silent about the dossier."""
    if compared.dossier.is_closed or _others(compared) < thresholds.comparables:
        return None
    return forecast(compared.dossier, compared.comparables, weight=thresholds.comparables)


def _others(compared: Compared) -> int:
    """Return of how many plans of other dossiers the outcome is known."""
    dossier, on = compared.dossier, day_of(compared.comparables.at)
    mine = () if dossier.recommendation.depends_on else first_slips(dossier, on=on)
    return compared.comparables.plans - sum(is_settled(slip) for slip in mine)


def _breaks_on(found: Forecast, broken_on: date | None, thresholds: Thresholds) -> date | None:
    """Return the first day with too small a chance; once broken it stays so until the chance is good again."""
    if broken_on is not None and found.chance * 100 <= thresholds.resolved_above * WHOLE:
        return broken_on
    return found.first_day_below(thresholds.chance)


def _own_evidence(dossier: Dossier, found: Forecast) -> Iterator[Evidence]:
    for slip in own_slips(dossier.since_closing):
        yield Evidence(name="own_slip", value=slip)
    paced = pace_days(dossier.since_closing, since=found.given_on)
    if paced is not None:
        yield Evidence(name="pace_days", value=paced)


def _per_cent(share: int) -> int:
    return share * 100 // WHOLE


RULE = Rule(code="T08", thresholds=Thresholds, expect=expect)
