"""T01 deadline near: the planned date is close and the dossier is not completed.

What it expects
    Completion `before` working days before the planned date that stands.

Why it matters
    Now a ministry can still finish, or tell in time that it will be later. Nothing is late yet, so it is information.

When it stays silent
    For closed dossiers, and without a planned date.

What resolves it
    Completion, or another date. Once the date has passed, T02 tells so beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import LEAD
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days before the planned date."""

    before: int = field(metadata=LEAD)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Completion comes some time before the planned date."""
    planned_on = dossier.planned_on
    if dossier.is_closed or planned_on is None:
        return
    last_good_on = calendar.subtract_working_days(planned_on, thresholds.before)
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(day_after(last_good_on), Severity.INFO),),
        evidence=(
            Evidence(name="planned_on", value=planned_on, source=dossier.plan_source()),
            Evidence(name="last_good_on", value=last_good_on),
        ),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count back again from the planned date."""
    last_good_on = calendar.subtract_working_days(said.day("planned_on"), thresholds.before)
    return said.retimed(Step(day_after(last_good_on), Severity.INFO), last_good_on=last_good_on)


RULE = Rule(code="T01", thresholds=Thresholds, expect=expect, retime=retime)
