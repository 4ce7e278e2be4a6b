"""K01 overdue submission: a ministry did not answer the request of a round.

What it expects
    An answer to each request by its due date and the grace after it. One accepted line is an answer.

Why it matters
    Without answers nobody knows what stands still.

When it stays silent
    For requests that were answered or waived with a reason, and when others lead all that was asked by now.

What resolves it
    An answer, a waiver with a reason, or a due date that moves to a day that has not passed.
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

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.rounds import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the last good day; the grace itself belongs to the programme."""

    high_after: int = field(metadata=TERM)
    critical_after: int = field(metadata=TERM)


def expect(request: Request, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """An answer comes by the due date and its grace."""
    if request.settled_at() is not None or not request.asked:
        return
    last_good_on = calendar.add_working_days(request.due_on, request.grace)
    yield Expectation(
        rule=RULE.code,
        subject=request.subject,
        steps=(
            Step(day_after(last_good_on), Severity.MEDIUM),
            Step(calendar.first_day_beyond(last_good_on, thresholds.high_after), Severity.HIGH),
            Step(calendar.first_day_beyond(last_good_on, thresholds.critical_after), Severity.CRITICAL),
        ),
        evidence=(
            Evidence(name="round", value=request.round),
            Evidence(name="ministry", value=request.organisation),
            Evidence(name="opened_on", value=request.opened_on, source=f"uitvraag {request.round}"),
            Evidence(name="due_on", value=request.due_on, source=f"uitvraag {request.round}"),
            Evidence(name="last_good_on", value=last_good_on),
            Evidence(name="grace", value=request.grace),
            Evidence(name="asked", value=len(request.asked)),
        ),
    )


RULE = Rule(code="K01", thresholds=Thresholds, expect=expect)
