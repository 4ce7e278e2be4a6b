"""T05 silent shift: the planned date was put later after it had passed, or without a reason.

What it expects
    A date that moves later moves before the old one passes and, in an answer to a request, with a reason.

Why it matters
    A plan that changes in silence is no plan. The reason is often the knelpunt that others can help to solve.

When it stays silent
    For closed dossiers, for dates that move earlier, and when the move itself came with a reason. Public history is
    not asked for reasons, only for moving in time.

What resolves it
    A reason, given with the move or later; or completion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier, Entry


def expect(dossier: Dossier, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """A date moves in time and with a reason."""
    shift = None if dossier.is_closed else _silent_shift(dossier)
    if shift is None or shift.moved_from is None or shift.last_planned_on is None:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(shift.on, Severity.HIGH),),
        evidence=(
            Evidence(name="moved_from", value=shift.moved_from, source=dossier.plan_source(before=shift)),
            Evidence(name="moved_to", value=shift.last_planned_on, source=shift.update.where),
            Evidence(name="moved_on", value=shift.on, source=shift.update.where),
            Evidence(name="is_late", value=int(shift.on > shift.moved_from)),
        ),
    )


def _silent_shift(dossier: Dossier) -> Entry | None:
    """Return the oldest silent shift for which no reason came since."""
    silent: Entry | None = None
    for entry in dossier.since_closing:
        if entry.update.reason and entry.update.milestone is None:
            silent = None
        elif entry.moved_from is not None and (entry.on > entry.moved_from or not entry.is_reasoned):
            silent = silent or entry
    return silent


RULE = Rule(code="T05", thresholds=NoThresholds, expect=expect)
