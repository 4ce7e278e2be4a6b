"""T06 plan vanished: there was a planned date, and now there is none.

What it expects
    A date once given stays, or is replaced.

Why it matters
    A delay that is announced without a new date leaves everybody in the dark, the worker first.

When it stays silent
    For closed dossiers: what is done needs no plan.

What resolves it
    A new date.
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
    """A planned date does not disappear."""
    if dossier.is_closed or dossier.last is None or not dossier.last.has_vanished:
        return
    vanished = _vanished(dossier)
    if vanished.last_planned_on is None:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(vanished.on, Severity.HIGH),),
        evidence=(
            Evidence(name="last_planned_on", value=vanished.last_planned_on, source=dossier.plan_source()),
            Evidence(name="vanished_on", value=vanished.on, source=vanished.update.where),
        ),
    )


def _vanished(dossier: Dossier) -> Entry:
    """Return the entry since which there is no date, no further back than the reopening."""
    first = dossier.since_closing[-1]
    for entry in reversed(dossier.since_closing):
        if not entry.has_vanished:
            break
        first = entry
    return first


RULE = Rule(code="T06", thresholds=NoThresholds, expect=expect)
