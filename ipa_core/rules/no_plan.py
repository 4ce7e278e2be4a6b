"""T03 no plan: nobody said by when it will be done.

What it expects
    A planned date within `low_after` working days of adoption, or of the start of a recurring duty's new cycle. What
    was adopted by a decision that IPA noted, was adopted on that day.

Why it matters
    Without a date there is nothing to be late for. It weighs little: a gap in the file is no knelpunt yet.

When it stays silent
    For closed dossiers, and once any date was given. A date that disappeared is T06's subject.

What resolves it
    A planned date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after adoption."""

    low_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """A planned date comes soon after adoption."""
    if dossier.is_closed or dossier.first_planned_on is not None:
        return
    since, source = _since(dossier)
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(calendar.first_day_beyond(since, thresholds.low_after), Severity.LOW),),
        evidence=(
            Evidence(name="since", value=since, source=source),
            Evidence(name="last_good_on", value=calendar.add_working_days(since, thresholds.low_after)),
        ),
    )


def _since(dossier: Dossier) -> tuple[date, str]:
    """From which day it counts, and who says so."""
    is_later_cycle = bool(dossier.cycle) and dossier.cycle[0].cycle > 0
    since = dossier.cycle[0].on if is_later_cycle else dossier.recommendation.adopted_on
    decision = dossier.adopted_by
    if decision is not None and decision.on > since:
        return decision.on, decision.where
    return since, dossier.recommendation.source


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from adoption, or from the beginning of the cycle."""
    last_good_on = calendar.add_working_days(said.day("since"), thresholds.low_after)
    return said.retimed(Step(day_after(last_good_on), Severity.LOW), last_good_on=last_good_on)


RULE = Rule(code="T03", thresholds=Thresholds, expect=expect, retime=retime)
