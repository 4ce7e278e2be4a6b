"""K02 incomplete submission: a ministry answered, but not about everything that was asked.

What it expects
    An answer covers all dossiers that the request asks about, by the due date and the grace after it. Lines add up over
    several submissions.

Why it matters
    What is left out is often what is hardest to say.

When it stays silent
    Before any answer (K01 watches for that), and for requests that were waived. What passed to another ministry is
    asked there.

What resolves it
    A line about each dossier that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.rounds import Request

NAMED = 30
"""Up to this many missing dossiers are named one by one."""


def expect(request: Request, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """An answer covers everything that was asked."""
    if request.answered_at is None or request.settled_at() != request.answered_at or not request.missing:
        return
    last_good_on = calendar.add_working_days(request.due_on, request.grace)
    yield Expectation(
        rule=RULE.code,
        subject=request.subject,
        steps=(Step(day_after(last_good_on), Severity.LOW),),
        evidence=(
            Evidence(name="round", value=request.round),
            Evidence(name="ministry", value=request.organisation),
            Evidence(name="due_on", value=request.due_on, source=f"uitvraag {request.round}"),
            Evidence(name="last_good_on", value=last_good_on),
            Evidence(name="grace", value=request.grace),
            Evidence(name="asked", value=len(request.asked)),
            Evidence(name="missing_count", value=len(request.missing)),
            *(Evidence(name="missing", value=code) for code in request.missing[:NAMED]),
        ),
    )


RULE = Rule(code="K02", thresholds=NoThresholds, expect=expect)
