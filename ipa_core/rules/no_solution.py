"""O02 no solution: a heavy knelpunt, and nobody proposed a way out.

What it expects
    A solution with an owner and a date is proposed within `medium_after` working days after a signal became high.

Why it matters
    A knelpunt that is only repeated does not go away. Somebody has to say what happens, and when.

When it stays silent
    Below high, and once the signal is solved. For what is asked of IPA or in a request: their answer is the way out.
    For what only a closed dossier can show: completed, dropped or superseded silences it.

What resolves it
    A proposal, or the knelpunt eases or is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.episodes import Episode

NEEDS_SOLUTION = ("T", "V", "G03", "S")
"""Families, or rules, of knelpunten on dossiers that are worked on, and on groups of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the day on which the signal became high."""

    medium_after: int = field(metadata=TERM)


def expect(episode: Episode, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """A heavy knelpunt gets a way out."""
    since = episode.weighs_since(Severity.HIGH)
    if since is None or episode.solutions or not episode.rule.startswith(NEEDS_SOLUTION):
        return
    yield Expectation(
        rule=RULE.code,
        subject=episode.as_subject,
        steps=(Step(calendar.first_day_beyond(since, thresholds.medium_after), Severity.MEDIUM),),
        evidence=(
            *episode.as_evidence(),
            Evidence(name="heavy_on", value=since),
            Evidence(name="last_good_on", value=calendar.add_working_days(since, thresholds.medium_after)),
        ),
    )


RULE = Rule(code="O02", thresholds=Thresholds, expect=expect)
