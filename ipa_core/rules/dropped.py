"""R02 dropped: the recommendation is given up.

What it expects
    A dropped dossier has a reason, and an explanation that IPA accepted.

Why it matters
    Dropped is not done. Parliament was told that it would happen.

When it stays silent
    For recommendations that were never adopted, and for those that were superseded by something else.

What resolves it
    The explanation is accepted, or the dossier is taken up again.
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
    """What was adopted is carried out, or its end is explained."""
    if not dossier.is_adopted or dossier.status is not Status.DROPPED or dossier.is_explained(RULE.code):
        return
    since = dossier.first_of_present_status
    run = dossier.cycle[since.place :]
    own = [entry.update for entry in run if entry.update.milestone is None]
    reason = next((update.reason for update in own if update.reason), "")
    is_explained = bool(reason) or not since.update.is_answer
    evidence = [
        Evidence(name="dropped_on", value=since.on, source=since.update.where),
        Evidence(name="has_reason", value=int(is_explained)),
    ]
    words = reason or since.update.note
    if words:
        evidence.append(Evidence(name="reason", value=words, source=since.update.where))
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(since.on, Severity.HIGH if is_explained else Severity.CRITICAL),),
        evidence=tuple(evidence),
    )


RULE = Rule(code="R02", thresholds=NoThresholds, expect=expect)
