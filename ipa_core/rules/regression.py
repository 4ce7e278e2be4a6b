"""V02 regression: the status or the progress went back.

What it expects
    Status and progress do not fall.

Why it matters
    A step back is either news that others must know, or a figure that was too high before.

When it stays silent
    For closed dossiers. A completed dossier that is reopened is G03's subject, and so is the progress that goes back
    with it: the count begins anew there. A completion that IPA refused is no step back of the ministry.

What resolves it
    Status and progress back where they were, or an explanation that IPA accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step, rising
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier, Entry

_RANK = {Status.NOT_STARTED: 0, Status.IN_PROGRESS: 1, Status.BLOCKED: 1, Status.COMPLETED: 1}
"""Of an open dossier a completion is one that IPA refused: the ministry took no step back."""


def expect(dossier: Dossier, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """Status and progress stay where they are, or rise."""
    if dossier.is_closed or dossier.last is None or dossier.is_explained(RULE.code):
        return
    top_rank, top_progress, progress = 0, 0, 0
    status_fell: Entry | None = None
    progress_fell: Entry | None = None
    for entry in dossier.since_closing:
        rank = _RANK.get(entry.status, 0)
        if entry.update.progress is not None and entry.update.milestone is None:
            progress = entry.update.progress
        status_fell = (status_fell or entry) if rank < top_rank else None
        progress_fell = (progress_fell or entry) if progress < top_progress else None
        top_rank, top_progress = max(top_rank, rank), max(top_progress, progress)
    fallen = [(status_fell, Severity.HIGH), (progress_fell, Severity.MEDIUM)]
    steps = rising(Step(entry.on, severity) for entry, severity in fallen if entry is not None)
    if not steps:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=steps,
        evidence=(
            Evidence(name="fell_on", value=steps[0].on, source=dossier.last.update.where),
            Evidence(name="status", value=dossier.status, source=dossier.last.update.where),
            Evidence(name="top_progress", value=top_progress),
            Evidence(name="progress", value=dossier.progress if dossier.progress is not None else ""),
            Evidence(name="fell", value="status" if status_fell else "progress"),
            *([Evidence(name="status_fell_on", value=status_fell.on)] if status_fell else []),
            *([Evidence(name="progress_fell_on", value=progress_fell.on)] if progress_fell else []),
        ),
    )


RULE = Rule(code="V02", thresholds=NoThresholds, expect=expect)
