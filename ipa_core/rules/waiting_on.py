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
class Root:
    """What is expected of a dossier that another one depends on; its subject may be a milestone of that dossier."""

    dossier: str
    expectation: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dossier beside what is expected of the dossiers that it depends on."""

    dossier: Dossier
    roots: tuple[Root, ...]


def expect(waiting: Waiting, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """The path is free."""
    if waiting.dossier.is_closed:
        return
    heavy = [
        (root, tuple(step for step in root.expectation.steps if step.severity >= Severity.MEDIUM))
        for root in waiting.roots
        if root.expectation.rule[0] in ROOT_FAMILIES
    ]
    stuck = [(root, steps) for root, steps in heavy if steps]
    if not stuck:
        return
    yield Expectation(
        rule=RULE.code,
        subject=waiting.dossier.subject,
        steps=rising(Step(step.on, step.severity.raised(-1)) for _, steps in stuck for step in steps),
        evidence=tuple(item for root, steps in stuck for step in steps for item in _evidence(root, step)),
    )


def _evidence(root: Root, step: Step) -> tuple[Evidence, ...]:
    """Name the root's dossier and rule, and from which day it weighs how much."""
    return (
        Evidence(name="root", value=f"{root.dossier} {root.expectation.rule}"),
        Evidence(name="root_on", value=step.on),
        Evidence(name="root_weight", value=step.severity.value),
    )


RULE = Rule(code="O05", thresholds=NoThresholds, expect=expect)
