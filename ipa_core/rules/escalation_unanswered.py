"""M02 escalation unanswered: it went over the head of a ministry, and nobody reacted.

What it expects
    Somebody acknowledges or snoozes a signal within `within` working days after an escalation about it was handed
    over. The escalation about K01 is that of its request.

Why it matters
    An escalation is the last thing that the monitor itself can do. When that moves nobody either, a person must know.

When it stays silent
    Without an escalation, for one that came back, and once the signal is solved. For signals about the engine itself.

What resolves it
    Somebody acknowledges or snoozes the signal, or it is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.moments import day_of
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.episodes import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the escalation was handed over."""

    within: int = field(metadata=TERM)


def expect(episode: Episode, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """An escalation moves somebody."""
    escalated_at = episode.unanswered_at
    if episode.severity is None or escalated_at is None or episode.rule.startswith("M"):
        return
    escalated_on = day_of(escalated_at)
    last_good_on = calendar.add_working_days(escalated_on, thresholds.within)
    yield Expectation(
        rule=RULE.code,
        subject=episode.as_subject,
        steps=(Step(day_after(last_good_on), episode.severity.raised()),),
        evidence=(
            *episode.as_evidence(),
            Evidence(name="signal_severity", value=episode.severity.value),
            Evidence(name="escalated_on", value=escalated_on),
            Evidence(name="last_good_on", value=last_good_on),
        ),
    )


RULE = Rule(code="M02", thresholds=Thresholds, expect=expect)
