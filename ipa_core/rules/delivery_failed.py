"""M01 delivery_failed: a message was not handed over.

What it expects
    Each promised message is handed over within 3 working days (72 hours) of the day it was meant for, and is not
    refused for good or given up before that.

Why it matters
    Who never got a message cannot act on it. An address that is wrong stays wrong until somebody mends it.

When it stays silent
    For messages that were handed over, and for those that were withdrawn because nothing in them was true any more.
    It goes to the administrator, never to the ministry.

What resolves it
    The message is handed over after all, or another one took its place: to the same mailbox, to the deputy, or to a
    new contact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import between
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.moments import day_of
from ipa_core.domain.retries import last_try_on
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.messages import PromisedMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days in which a message is handed over; the retries use the same term."""

    within: int = field(metadata=between(1, 250))


def expect(message: PromisedMessage, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """It is handed over in time; a dead one breaks at once."""
    if message.settled_at is not None:
        return
    last_good_on = last_try_on(message.slot_on, thresholds.within, calendar)
    evidence = [
        Evidence(name="ministry", value=message.ministry),
        Evidence(name="role", value=message.role.value),
        Evidence(name="slot_on", value=message.slot_on),
        Evidence(name="last_good_on", value=last_good_on),
    ]
    breaks_on = day_after(last_good_on)
    if message.died_at is not None:
        breaks_on = day_of(message.died_at)
        evidence += [
            Evidence(name="died_on", value=breaks_on),
            Evidence(name="code", value=message.code, source="antwoord van de mailserver"),
            Evidence(name="attempts", value=message.attempts),
        ]
    yield Expectation(
        rule=RULE.code, subject=message.subject, steps=(Step(breaks_on, Severity.HIGH),), evidence=tuple(evidence)
    )


RULE = Rule(code="M01", thresholds=Thresholds, expect=expect)
