"""V01 standstill: nothing material has changed for too long.

What it expects
    Once `reports` reports in a row brought nothing material (status, milestone, progress, date with a reason,
    evidence): a material change within `low_after` working days of the last one.

Why it matters
    A figure that is repeated every round hides a blockage from the stuurgroep.

When it stays silent
    For closed dossiers, and when no reports come at all: silence is K01's subject.

What resolves it
    A material change.
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

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`reports` that say nothing new; the rest in working days since the last material change."""

    reports: int = field(metadata=COUNT)
    low_after: int = field(metadata=TERM)
    medium_after: int = field(metadata=TERM)
    high_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Reports keep coming; something material must change before the standstill gets too long."""
    since = dossier.last_material_change
    if dossier.is_closed or since is None:
        return
    reports = dossier.reports_after(since)
    if len(reports) < thresholds.reports:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(
            Step(calendar.first_day_beyond(since.on, thresholds.low_after), Severity.LOW),
            Step(calendar.first_day_beyond(since.on, thresholds.medium_after), Severity.MEDIUM),
            Step(calendar.first_day_beyond(since.on, thresholds.high_after), Severity.HIGH),
        ),
        evidence=(
            Evidence(name="changed_on", value=since.on, source=since.update.where),
            Evidence(name="reports", value=len(reports)),
            *(Evidence(name="reported_on", value=entry.on, source=entry.update.where) for entry in reports),
        ),
    )


RULE = Rule(code="V01", thresholds=Thresholds, expect=expect)
