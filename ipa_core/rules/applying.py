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
        expectation.shifted(0)
        for rule in rules
        for expectation in rule.expect(subject, policy.thresholds[rule.code].values, policy.calendar)
    ]


def weigh(expectations: Iterable[Expectation], dossier: Dossier) -> list[Expectation]:
    """Make what is explained a step lighter, and everything of a dossier with priority a step heavier."""
    weighed = [_explained(expectation, dossier) for expectation in expectations]
    return [_with_priority(expectation) for expectation in weighed] if dossier.recommendation.has_priority else weighed


def _explained(expectation: Expectation, dossier: Dossier) -> Expectation:
    if not dossier.is_explained(expectation.rule, expectation.subject.code):
        return expectation
    noted = Evidence(name="explained", value=1)
    return replace(expectation.shifted(-1), evidence=(*expectation.evidence, noted))


def _with_priority(expectation: Expectation) -> Expectation:
    noted = Evidence(name="priority", value=1)
    return replace(expectation.shifted(1), evidence=(*expectation.evidence, noted))
