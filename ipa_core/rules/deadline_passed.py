"""T02 deadline passed: the planned date went by and the dossier is not completed.

What it expects
    Completion by the planned date. A planned date never rolls to a working day.

Why it matters
    It is the promise that the ministry itself made last.

When it stays silent
    For closed dossiers, and without a planned date. A date that was taken away before it passed is T06's subject;
    one that was taken away afterwards stays passed.

What resolves it
    Completion, or a new date with a reason. Public history is not asked for reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM, between
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
    """`high_after` in working days, `critical_after` in years, both counted from the planned date."""

    high_after: int = field(metadata=TERM)
    critical_after: int = field(metadata=between(0, 10))


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Completion comes by the planned date."""
    promise = dossier.promise
    if dossier.is_closed or promise is None:
        return
    update, due_on = promise.update, promise.due_on
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=_steps(due_on, thresholds, calendar),
        evidence=(
            Evidence(name="planned_on", value=due_on, source=update.where),
            Evidence(name="said_on", value=update.effective_on, source=update.where),
            Evidence(name="status", value=dossier.status),
        ),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from the planned date."""
    return said.retimed(*_steps(said.day("planned_on"), thresholds, calendar))


def _steps(due_on: date, thresholds: Thresholds, calendar: Calendar) -> tuple[Step, ...]:
    return (
        Step(day_after(due_on), Severity.MEDIUM),
        Step(calendar.first_day_beyond(due_on, thresholds.high_after), Severity.HIGH),
        Step(day_after(calendar.add_years(due_on, thresholds.critical_after)), Severity.CRITICAL),
    )


RULE = Rule(code="T02", thresholds=Thresholds, expect=expect, retime=retime)
