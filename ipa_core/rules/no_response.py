"""R01 no response: nobody decided whether the recommendation is adopted.

What it expects
    A decision within `medium_after` working days of the advice: adopted, partly adopted or not adopted.

Why it matters
    Until it is decided nobody carries it out, and nobody can be asked about it.

When it stays silent
    When the day of the advice is not known, and for what was completed, dropped or superseded meanwhile.

What resolves it
    The decision, in the register or noted by IPA. Not adopted is one as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the advice."""

    medium_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """The advice gets a decision."""
    recommendation = dossier.recommendation
    advised_on = recommendation.advised_on
    if advised_on is None or dossier.adoption is not Adoption.UNDECIDED or dossier.status.is_terminal:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(calendar.first_day_beyond(advised_on, thresholds.medium_after), Severity.MEDIUM),),
        evidence=(
            Evidence(name="advised_on", value=advised_on, source=recommendation.source),
            Evidence(name="last_good_on", value=calendar.add_working_days(advised_on, thresholds.medium_after)),
        ),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from the advice."""
    last_good_on = calendar.add_working_days(said.day("advised_on"), thresholds.medium_after)
    return said.retimed(Step(day_after(last_good_on), Severity.MEDIUM), last_good_on=last_good_on)


RULE = Rule(code="R01", thresholds=Thresholds, expect=expect, retime=retime)
