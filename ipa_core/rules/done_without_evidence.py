"""G01 done without evidence: it was reported as completed, and nothing shows it.

What it expects
    An answer that says completed comes with evidence.

Why it matters
    Parliament is told that it is done. Who asks how we know must get an answer.

When it stays silent
    When public history says completed, before or after: it is evidence itself. For what was never adopted.

What resolves it
    Evidence, also in a later answer that keeps it completed; or another status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


def expect(dossier: Dossier, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """Completed comes with evidence."""
    if not dossier.is_adopted or dossier.status is not Status.COMPLETED:
        return
    if dossier.is_completion_shown:
        return
    completion = dossier.claim
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(completion.on, Severity.HIGH),),
        evidence=(Evidence(name="completed_on", value=completion.on, source=completion.update.where),),
    )


RULE = Rule(code="G01", thresholds=NoThresholds, expect=expect)
