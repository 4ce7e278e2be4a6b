"""What do rules expect of one subject, and how much does it weigh?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence
from ipa_core.rules import RETIMED

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


def retime(expectation: Expectation, policy: Policy) -> Expectation:
    """Return what the rule expects under a policy of which only the thresholds are others, with the same weight."""
    notes = {item.name for item in expectation.evidence if item.name in (_EXPLAINED, _PRIORITY)}
    if notes:
        bare = tuple(item for item in expectation.evidence if item.name not in notes)
        expectation = expectation._replace(evidence=bare)
    values = policy.thresholds[expectation.rule].values
    said = RETIMED[expectation.rule](expectation, values, policy.calendar)
    return with_weight(said.in_order(), is_explained=_EXPLAINED in notes, has_priority=_PRIORITY in notes)


def weigh(expectations: Iterable[Expectation], dossier: Dossier) -> list[Expectation]:
    """Make what is explained a step lighter, and everything of a dossier with priority a step heavier."""
    has_priority = dossier.recommendation.has_priority
    if not dossier.decisions and not has_priority:
        return list(expectations)
    return [
        with_weight(one, is_explained=dossier.is_explained(one.rule, one.subject.code), has_priority=has_priority)
        for one in expectations
    ]


def with_weight(expectation: Expectation, *, is_explained: bool, has_priority: bool) -> Expectation:
    """Make it one step lighter for an accepted explanation, and one heavier for priority; both are shown."""
    if is_explained:
        expectation = _shifted(expectation, -1, _EXPLAINED)
    return _shifted(expectation, 1, _PRIORITY) if has_priority else expectation


_EXPLAINED, _PRIORITY = "explained", "priority"


def _shifted(expectation: Expectation, steps: int, why: str) -> Expectation:
    noted = Evidence(name=why, value=1)
    return expectation.shifted(steps)._replace(evidence=(*expectation.evidence, noted))
