"""O03 solution without effect: the day to look back came, and the knelpunt is still there.

What it expects
    The signal that a solution was proposed for is solved by the review date.

Why it matters
    A solution that was carried out and changed nothing hides the knelpunt better than no solution.

When it stays silent
    Before the review date, and once the signal is solved. Only the latest solution of a signal counts. For what only a
    closed dossier can show.

What resolves it
    The signal is solved, or a new solution is proposed, or the review date moves with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.episodes import Episode


def expect(episode: Episode, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """A solution helps."""
    solution = episode.running_solution
    if solution is None:
        return
    yield Expectation(
        rule=RULE.code,
        subject=solution.subject,
        steps=(Step(day_after(solution.review_on), Severity.MEDIUM),),
        evidence=(
            *episode.as_evidence(),
            *solution.as_evidence(),
            Evidence(name="review_on", value=solution.review_on, source=solution.planned.where),
        ),
    )


RULE = Rule(code="O03", thresholds=NoThresholds, expect=expect)
