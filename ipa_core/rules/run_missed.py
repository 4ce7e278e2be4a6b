"""M04 run missed: a run of the schedule did not come, or came too late.

What it expects
    Each run that the schedule starts is complete within `within` hours of its slot.

Why it matters
    Without runs nothing is detected and nobody is warned, and a page that does not change looks as if all is well.

When it stays silent
    Before the schedule did its first run, so also for who starts every run by hand. The same slot is told once.

What resolves it
    The next run that the schedule starts after it was found, and that is complete in time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import between
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.moments import day_of
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.runs import AwaitedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Hours from the slot until the run is complete."""

    within: int = field(metadata=between(1, 168))


def expect(run: AwaitedRun, thresholds: Thresholds, _calendar: Calendar) -> Iterator[Expectation]:
    """A run is complete soon after its slot."""
    if run.found_at <= run.slot_at + timedelta(hours=thresholds.within):
        return
    last = [] if run.last_at is None else [Evidence(name="last_at", value=run.last_at.isoformat())]
    yield Expectation(
        rule=RULE.code,
        subject=run.subject,
        steps=(Step(day_of(run.slot_at), Severity.CRITICAL),),
        evidence=(
            Evidence(name="slot_at", value=run.slot_at.isoformat()),
            Evidence(name="found_at", value=run.found_at.isoformat()),
            *last,
        ),
    )


RULE = Rule(code="M04", thresholds=Thresholds, expect=expect)
