"""G03 reopened: what was completed is being worked on again.

What it expects
    Completed stays completed.

Why it matters
    A result that was reported to parliament turned out not to be one, sometimes according to another ministry than
    the lead.

When it stays silent
    For recurring duties (a new cycle is no reopening), for dossiers dropped or superseded since, and when IPA had
    refused the completion: then there was nothing to reopen.

What resolves it
    Completed and verified again.
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
    """Completed stays completed."""
    if not dossier.cycle or dossier.cycle[-1].opened == 0:
        return
    if not dossier.is_adopted or dossier.status in (Status.DROPPED, Status.SUPERSEDED) or dossier.is_verified:
        return
    cycle = dossier.cycle
    reopenings = [
        index for index, entry in enumerate(cycle) if entry.is_reopening and not dossier.was_refused(index - 1)
    ]
    if not reopenings:
        return
    index = _first_since_verified(reopenings, dossier)
    reopening, completion = cycle[index], cycle[index - 1]
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(reopening.on, Severity.HIGH),),
        evidence=(
            Evidence(name="completed_on", value=completion.on, source=completion.update.where),
            Evidence(name="reopened_on", value=reopening.on, source=reopening.update.where),
            Evidence(name="reopened_by", value=reopening.update.organisation),
        ),
    )


def _first_since_verified(reopenings: list[int], dossier: Dossier) -> int:
    """Return the reopening since which no verified completion came."""
    first = reopenings[-1]
    for index in reversed(reopenings):
        first = index
        if dossier.was_verified(index - 1):
            break
    return first


RULE = Rule(code="G03", thresholds=NoThresholds, expect=expect)
