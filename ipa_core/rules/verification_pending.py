"""G02 verification pending: it was reported as completed, and IPA has not said whether it is.

What it expects
    IPA verifies or refuses a completion within `medium_after` working days.

Why it matters
    Who reports that it is done does not decide that it is. Until somebody looks, nobody knows.

When it stays silent
    When the completion is public history: its source verified it. For what was never adopted. It goes to the team of
    IPA, never to the ministry.

What resolves it
    A decision to verify or to refuse, by somebody else than who reported it; or another status.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the completion was reported, or was reported anew after a refusal."""

    medium_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """A completion is looked at."""
    if not dossier.is_adopted or dossier.status is not Status.COMPLETED or dossier.is_verified:
        return
    claim = dossier.claim
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(calendar.first_day_beyond(claim.on, thresholds.medium_after), Severity.MEDIUM),),
        evidence=(
            Evidence(name="completed_on", value=claim.on, source=claim.update.where),
            Evidence(name="last_good_on", value=calendar.add_working_days(claim.on, thresholds.medium_after)),
        ),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from the completion."""
    last_good_on = calendar.add_working_days(said.day("completed_on"), thresholds.medium_after)
    return said.retimed(Step(day_after(last_good_on), Severity.MEDIUM), last_good_on=last_good_on)


RULE = Rule(code="G02", thresholds=Thresholds, expect=expect, retime=retime)
