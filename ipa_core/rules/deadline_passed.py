"""T02 deadline passed: the planned date went by and the dossier is not completed.

What it expects
    Completion by the planned date. A planned date never rolls to a working day.

Why it matters
    It is the promise that the ministry itself made last.

When it stays silent
    For closed dossiers, and without a planned date. A date that was taken away before it passed is T06's subject;
    one that was taken away afterwards stays passed.

What resolves it
    Completion, or a new date with a reason. Public history is not asked for reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`high_after` in working days, `critical_after` in years, both counted from the planned date."""

    high_after: int
    critical_after: int


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Completion comes by the planned date."""
    promise = None if dossier.is_closed else _promise(dossier)
    if promise is None or promise.last_planned_on is None:
        return
    due_on = promise.last_planned_on
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(
            Step(day_after(due_on), Severity.MEDIUM),
            Step(calendar.first_day_beyond(due_on, thresholds.high_after), Severity.HIGH),
            Step(day_after(calendar.add_years(due_on, thresholds.critical_after)), Severity.CRITICAL),
        ),
        evidence=(
            Evidence(name="planned_on", value=due_on, source=promise.update.where),
            Evidence(name="said_on", value=promise.on, source=promise.update.where),
            Evidence(name="status", value=dossier.status),
        ),
    )


def _promise(dossier: Dossier) -> Entry | None:
    """Return the entry whose planned date counts.

    While a date has not passed, any new one takes its place. Once it has, only a new date with a reason does, be it
    that the reason comes later.
    """
    counts: Entry | None = None
    waiting: Entry | None = None
    start = dossier.since_closing[0] if dossier.entries else None
    for entry in dossier.cycle:
        is_passed = counts is not None and counts.last_planned_on is not None and entry.on > counts.last_planned_on
        if entry is start:
            counts, waiting = (entry if entry.planned_on is not None else None), None
        elif entry.update.plan is not None and entry.update.milestone is None:
            if not is_passed:
                counts, waiting = (entry if entry.planned_on is not None else None), None
            elif entry.planned_on is None:
                waiting = None
            elif entry.is_reasoned:
                counts, waiting = entry, None
            else:
                waiting = entry
        elif waiting is not None and entry.update.reason and entry.update.milestone is None:
            counts, waiting = waiting, None
    return counts


RULE = Rule(code="T02", thresholds=Thresholds, expect=expect)
