"""O04 solution overdue: somebody would carry out a solution by a date, and it passed.

What it expects
    A solution is carried out by its date.

Why it matters
    An agreement that nobody comes back to was none.

When it stays silent
    Once it was carried out, and once the signal that it was for is solved. Only the latest solution of a signal counts.
    For what only a closed dossier can show.

What resolves it
    A decision that says that it was carried out, or one that gives a new date with a reason.
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
    from ipa_core.domain.episodes import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the date of the solution."""

    high_after: int = field(metadata=TERM)


def expect(episode: Episode, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """A solution is carried out."""
    solution = episode.running_solution
    if solution is None or solution.done is not None:
        return
    planned_on = solution.planned_on
    yield Expectation(
        rule=RULE.code,
        subject=solution.subject,
        steps=(
            Step(day_after(planned_on), Severity.MEDIUM),
            Step(calendar.first_day_beyond(planned_on, thresholds.high_after), Severity.HIGH),
        ),
        evidence=(
            *episode.as_evidence(),
            *solution.as_evidence(),
            Evidence(name="planned_on", value=planned_on, source=solution.planned.where),
        ),
    )


RULE = Rule(code="O04", thresholds=Thresholds, expect=expect)
