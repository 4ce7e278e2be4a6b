"""S02 ministry pattern: answers of one ministry come late more often than those of the others.

What it expects
    Over the last `rounds` rounds that closed, the share of dossiers without an answer by the due date and the grace is
    not surely larger than that of the other ministries in the same rounds: the lower end of Wilson's interval is not
    above their share.

Why it matters
    One late answer is chance. A pattern has a cause, such as too few people or an unclear question, and a reminder per
    request does not find it.

When it stays silent
    Below `minimum` dossiers asked, without another ministry in the same rounds, and for ministries that ended. Requests
    that were waived do not count.

What resolves it
    A round in which more answers come in time, or a waiver: once the lower end is at or below the share of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import CHANCE, COUNT
from ipa_core.domain.expectations import Evidence, Expectation, Step, Subject, SubjectKind
from ipa_core.domain.lateness import lower_bound
from ipa_core.domain.severities import Severity
from ipa_core.domain.spans import WHOLE
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.lateness import Lateness


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Rounds that closed, dossiers that were asked in them, and per cent."""

    rounds: int = field(metadata=COUNT)
    minimum: int = field(metadata=COUNT)
    confidence: int = field(metadata=CHANCE)


def expect(lateness: Lateness, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """Answers come in time about as often as those of the others."""
    recent = lateness.rounds[-thresholds.rounds :]
    rounds = [one for one in recent if one.asked]
    asked, late = sum(one.asked for one in rounds), sum(one.late for one in rounds)
    others_asked, others_late = sum(one.others_asked for one in rounds), sum(one.others_late for one in rounds)
    if asked < max(thresholds.minimum, 1) or not others_asked:
        return

    def is_good(count: int) -> bool:
        return lower_bound(count, asked, confidence=thresholds.confidence) * others_asked <= WHOLE * others_late

    if is_good(late):
        return
    yield Expectation(
        rule=RULE.code,
        subject=Subject(kind=SubjectKind.ORGANISATION, code=lateness.ministry),
        steps=(Step(max(one.closed_on for one in recent), Severity.MEDIUM),),
        evidence=(
            Evidence(name="ministry", value=lateness.ministry),
            Evidence(name="all_asked", value=asked),
            Evidence(name="all_late", value=late),
            Evidence(name="others_asked", value=others_asked),
            Evidence(name="others_late", value=others_late),
            Evidence(name="good_late", value=max(count for count in range(late) if is_good(count))),
            Evidence(name="closed_on", value=max(one.closed_on for one in recent)),
            *(
                Evidence(name=name, value=value, source=f"uitvraag {one.round}")
                for one in rounds
                for name, value in (("round", one.round), ("asked", one.asked), ("late", one.late))
            ),
        ),
    )


RULE = Rule(code="S02", thresholds=Thresholds, expect=expect)
