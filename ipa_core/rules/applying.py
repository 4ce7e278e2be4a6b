"""What do rules expect of one subject, and how much does it weigh?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.expectations import Expectation
    from ipa_core.rules.policies import Policy
    from ipa_core.rules.rule import AnyRule


def apply_rules(rules: Iterable[AnyRule], subject: object, policy: Policy) -> list[Expectation]:
    """Return what the rules expect, with the steps in order."""
    return [
        expectation.in_order()
        for rule in rules
        for expectation in rule.expect(subject, policy.thresholds[rule.code].values, policy.calendar)
    ]


def weigh(expectations: Iterable[Expectation], dossier: Dossier) -> list[Expectation]:
    """Make what is explained a step lighter, and everything of a dossier with priority a step heavier."""
    has_priority = dossier.recommendation.has_priority
    return [
        with_weight(one, is_explained=dossier.is_explained(one.rule, one.subject.code), has_priority=has_priority)
        for one in expectations
    ]


def with_weight(expectation: Expectation, *, is_explained: bool, has_priority: bool) -> Expectation:
    """Make it one step lighter for an accepted explanation, and one heavier for priority; both are shown."""
    if is_explained:
        expectation = _shifted(expectation, -1, "explained")
    return _shifted(expectation, 1, "priority") if has_priority else expectation


def _shifted(expectation: Expectation, steps: int, why: str) -> Expectation:
    noted = Evidence(name=why, value=1)
    return replace(expectation.shifted(steps), evidence=(*expectation.evidence, noted))
