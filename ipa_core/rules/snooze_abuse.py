"""M03 snooze abuse: a signal is put off again and again.

What it expects
    At most `renewals` renewals of a snooze, and at most `days` working days of snooze in all.

Why it matters
    A snooze is rest for who works on a knelpunt. Put off for ever, nobody hears of it.

When it stays silent
    Once the signal is solved.

What resolves it
    The signal is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM, between
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.episodes import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Renewals, and working days in all."""

    renewals: int = field(metadata=between(0, 1000))
    days: int = field(metadata=TERM)


def expect(episode: Episode, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """A signal is not put off for ever."""
    snoozes = episode.snoozes()
    if episode.severity is None or not snoozes or episode.rule.startswith("M"):
        return
    often = [since for since, _ in snoozes[thresholds.renewals + 1 :]][:1]
    breaks = [*often, *_days_too_many(snoozes, thresholds.days, calendar)]
    if not breaks:
        return
    yield Expectation(
        rule=RULE.code,
        subject=episode.as_subject,
        steps=(Step(min(breaks), episode.severity.raised()),),
        evidence=(
            *episode.as_evidence(),
            Evidence(name="snoozes", value=len(snoozes)),
            *(Evidence(name="snoozed_from", value=since) for since, _ in snoozes),
            *(Evidence(name="snoozed_until", value=until) for _, until in snoozes),
        ),
    )


def _days_too_many(snoozes: Sequence[tuple[date, date]], days: int, calendar: Calendar) -> list[date]:
    """Return the first day of snooze beyond the working days that are allowed; none when there is no such day."""
    left = days
    counted_until = snoozes[0][0] - timedelta(days=1)
    for since, until in snoozes:
        # A working day on which two snoozes meet counts once.
        before = max(since - timedelta(days=1), counted_until)
        used = calendar.working_days_between(before, until) if until > before else 0
        if used > left:
            return [calendar.add_working_days(before, left + 1)]
        left, counted_until = left - used, max(counted_until, until)
    return []


RULE = Rule(code="M03", thresholds=Thresholds, expect=expect)
