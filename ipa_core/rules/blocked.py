"""V05 blocked: the ministry itself says that it came to a standstill.

What it expects
    A dossier is not blocked.

Why it matters
    It is the clearest call for help there is.

When it stays silent
    For closed dossiers.

What resolves it
    Another status.
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
    """A dossier keeps moving."""
    if dossier.is_closed or dossier.status is not Status.BLOCKED:
        return
    since = dossier.first_of_present_status
    evidence = [Evidence(name="blocked_on", value=since.on, source=since.update.where)]
    if since.update.note:
        evidence.append(Evidence(name="note", value=since.update.note, source=since.update.where))
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(since.on, Severity.HIGH),),
        evidence=tuple(evidence),
    )


RULE = Rule(code="V05", thresholds=NoThresholds, expect=expect)
