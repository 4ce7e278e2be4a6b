"""O05 waiting on: the dossier that this one depends on is stuck.

What it expects
    Each dossier it depends on has no broken step of medium or more of a T, V, G or R rule. Those steps are the root's
    own, so a chain of dependencies adds no levels.

Why it matters
    Six recommendations move with one bill. There is one cause and one owner to speak to; the others need to know what
    they wait for, not to be chased.

When it stays silent
    For closed dossiers, and while the path is free. It sends no message; the root's message names who waits.

What resolves it
    The path is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step, rising
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier

ROOT_FAMILIES = frozenset("TVGR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dossier beside what is expected of the dossiers that it depends on."""

    dossier: Dossier
    roots: tuple[Expectation, ...]


def expect(waiting: Waiting, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """The path is free."""
    if waiting.dossier.is_closed:
        return
    heavy = [
        (root, step)
        for root in waiting.roots
        if root.rule[0] in ROOT_FAMILIES
        for step in root.steps
        if step.severity >= Severity.MEDIUM
    ]
    if not heavy:
        return
    names = dict.fromkeys((root.subject.code, root.rule) for root, _ in heavy)
    yield Expectation(
        rule=RULE.code,
        subject=waiting.dossier.subject,
        steps=rising(Step(step.on, step.severity.raised(-1)) for _, step in heavy),
        evidence=tuple(Evidence(name="root", value=f"{code} {rule}") for code, rule in names),
    )


RULE = Rule(code="O05", thresholds=NoThresholds, expect=expect)
