"""S03 shared cause: the same cause holds up several ministries.

What it expects
    Fewer than `signals` open signals, of `ministries` ministries or more, have the same cause: the last one that was
    said about their dossier, in an answer or with a proposed solution, at most `within` working days ago.

Why it matters
    What several ministries share, none of them solves alone. One joint solution is worth more than many reminders.

When it stays silent
    Once a joint solution was proposed for the group, until it falls apart and forms anew. For causes that were said too
    long ago, and for dossiers of one ministry only.

What resolves it
    A solution that is proposed for this signal, or fewer than `left` signals with the cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import COUNT, TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.shared_causes import CauseGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Open signals, ministries, working days since the cause was said, and signals that still make a group."""

    signals: int = field(metadata=COUNT)
    ministries: int = field(metadata=COUNT)
    within: int = field(metadata=TERM)
    left: int = field(metadata=COUNT)


def expect(group: CauseGroup, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """What holds up one ministry does not hold up others; a group that was settled waits for nothing."""
    sharers = [one for one in group.sharers if group.on < forgotten_on(one.said_on, thresholds, calendar)]
    ministries = sorted({one.ministry for one in sharers if one.ministry})
    is_large = len(sharers) >= thresholds.signals and len(ministries) >= thresholds.ministries
    lasts = group.formed_on is not None and not group.is_settled and len(sharers) >= thresholds.left
    if not is_large and not lasts:
        return
    formed_on = group.formed_on or group.on
    yield Expectation(
        rule=RULE.code,
        subject=group.subject,
        steps=() if group.is_settled else (Step(formed_on, Severity.HIGH),),
        evidence=(
            Evidence(name="cause", value=group.cause.value),
            Evidence(name="formed_on", value=formed_on),
            Evidence(name="count", value=len(sharers)),
            *(Evidence(name="ministry", value=code) for code in ministries),
            *(
                Evidence(name=name, value=value)
                for one in sharers
                for name, value in (
                    ("member", one.signal),
                    ("member_rule", one.rule),
                    ("member_code", one.dossier),
                    ("member_lead", one.ministry),
                    ("said_on", one.said_on),
                )
            ),
        ),
    )


def forgotten_on(said_on: date, thresholds: Thresholds, calendar: Calendar) -> date:
    """Return the day from which a cause was said too long ago."""
    return calendar.first_day_beyond(said_on, thresholds.within)


RULE = Rule(code="S03", thresholds=Thresholds, expect=expect)
