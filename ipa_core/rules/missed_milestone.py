"""V03 missed milestone: a milestone was not reached by its date.

What it expects
    Each milestone of the dossier is reached by the date that counts for it. That date never rolls to a working day.

Why it matters
    A dossier that will be late at its end was late at a milestone first.

When it stays silent
    For closed dossiers, for milestones that were reached, and for those without a date. A date that was taken away
    before it passed counts no longer; one that was taken away afterwards stays passed.

What resolves it
    The milestone is reached, or gets a new date with a reason. The register and public history are not asked for one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step, Subject, SubjectKind, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.milestones import MilestoneStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the date of the milestone."""

    medium_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Every milestone is reached by its date."""
    if dossier.is_closed:
        return
    for standing in dossier.milestones:
        if not standing.is_reached:
            yield from _expect_one(dossier, standing, thresholds, calendar)


def _expect_one(
    dossier: Dossier, standing: MilestoneStanding, thresholds: Thresholds, calendar: Calendar
) -> Iterator[Expectation]:
    promise = standing.promise
    if promise is None:
        return
    update, due_on = promise.update, promise.due_on
    yield Expectation(
        rule=RULE.code,
        subject=Subject(kind=SubjectKind.MILESTONE, code=standing.milestone.code),
        steps=_steps(due_on, thresholds, calendar),
        evidence=(
            Evidence(name="milestone", value=standing.milestone.title),
            Evidence(name="dossier", value=dossier.code),
            Evidence(name="planned_on", value=due_on, source=update.where),
            Evidence(name="said_on", value=update.effective_on, source=update.where),
        ),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from the date of the milestone."""
    return said.retimed(*_steps(said.day("planned_on"), thresholds, calendar))


def _steps(due_on: date, thresholds: Thresholds, calendar: Calendar) -> tuple[Step, ...]:
    return (
        Step(day_after(due_on), Severity.LOW),
        Step(calendar.first_day_beyond(due_on, thresholds.medium_after), Severity.MEDIUM),
    )


RULE = Rule(code="V03", thresholds=Thresholds, expect=expect, retime=retime)
