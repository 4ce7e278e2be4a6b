"""T07 baseline passed: the first planned date went by, whatever the current plan says.

What it expects
    Completion by the first planned date of this cycle, or by that of the last re-baseline.

Why it matters
    Later plans make earlier promises disappear from sight. The first one is kept for ever.

When it stays silent
    For closed dossiers, and when no date was ever given or decided.

What resolves it
    Completion, or a decision to re-baseline.
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
    """Working days after the first planned date."""

    medium_after: int = field(metadata=TERM)
    high_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Completion comes by the first planned date."""
    baseline = dossier.baseline
    if dossier.is_closed or baseline is None:
        return
    first_on = baseline.on
    evidence = [*baseline.evidence, Evidence(name="said_on", value=baseline.said_on, source=baseline.source)]
    if dossier.planned_on is not None and dossier.planned_on != first_on:
        evidence.append(Evidence(name="planned_on", value=dossier.planned_on))
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=_steps(first_on, thresholds, calendar),
        evidence=tuple(evidence),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from the first planned date."""
    return said.retimed(*_steps(said.day("first_planned_on"), thresholds, calendar))


def _steps(first_on: date, thresholds: Thresholds, calendar: Calendar) -> tuple[Step, ...]:
    return (
        Step(day_after(first_on), Severity.LOW),
        Step(calendar.first_day_beyond(first_on, thresholds.medium_after), Severity.MEDIUM),
        Step(calendar.first_day_beyond(first_on, thresholds.high_after), Severity.HIGH),
    )


RULE = Rule(code="T07", thresholds=Thresholds, expect=expect, retime=retime)
