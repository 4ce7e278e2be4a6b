"""A rule that waits for a day says the same under other thresholds, whether it is asked again or counts again."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.recommendations import Adoption, Milestone
from ipa_core.domain.updates import Status
from ipa_core.rules import RETIMED
from ipa_core.rules.applying import retime
from ipa_core.rules.holding import DossierHistory, expect_of_dossier
from tests.builders import (
    ADOPTED_ON,
    END,
    a_decision,
    a_dossier,
    a_policy,
    a_recommendation,
    a_timeline,
    an_answer,
    an_update,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.rules.policies import Policy

ON = ADOPTED_ON + timedelta(days=100)
PLANNED_ON = date(2026, 2, 28)


def dossiers_by_rule() -> Mapping[str, list[Dossier]]:
    """Give for each of these rules dossiers of which it expects something: plain, with priority, and explained."""
    planned = an_update(ON, planned_on=PLANNED_ON)
    moved = an_update(ON + timedelta(days=10), planned_on=PLANNED_ON + timedelta(days=366))
    advised = {"advised_on": ADOPTED_ON, "adoption": Adoption.UNDECIDED}
    rebased = a_decision("rebaseline", ON, planned_on=ON)
    explained = a_decision("explain", ON, rule="T02", subject="UIT-01", until=None)
    return {
        "T01": [a_dossier(planned), a_dossier(planned, has_priority=True)],
        "T02": [
            a_dossier(planned),
            a_dossier(planned, has_priority=True),
            a_dossier(planned, decisions=(explained,)),
            a_dossier(planned, decisions=(explained,), has_priority=True),
        ],
        "T03": [a_dossier(), a_dossier(an_update(ON), has_priority=True)],
        "T07": [
            a_dossier(planned, moved),
            a_dossier(planned, decisions=(rebased,)),
        ],
        "V03": [_with_milestone(has_priority=False), _with_milestone(has_priority=True)],
        "G02": [a_dossier(planned, an_answer(ON + timedelta(days=20), status=Status.COMPLETED))],
        "R01": [a_dossier(**advised), a_dossier(an_update(ON), has_priority=True, **advised)],
        "O01": [a_dossier(planned, an_answer(ON + timedelta(days=20), help_wanted="Wie beslist hierover?"))],
    }


def _with_milestone(*, has_priority: bool) -> Dossier:
    version = a_recommendation(has_priority=has_priority)
    step = Milestone(code="STAP", dossier=version.code, title="Stap", recorded_at=version.recorded_at, planned_on=ON)
    return DossierHistory(versions=(version,), updates=(), milestones=(step,)).at(END)


def with_other_thresholds(code: str) -> Policy:
    """Return a policy in which every number of one rule is another."""
    values = a_policy().thresholds[code].values
    others = {field.name: getattr(values, field.name) + 3 for field in fields(values)}
    override = PolicyOverride(
        kind=PolicyKind.THRESHOLDS, code=code, values=others, valid_from=date(2000, 1, 1), decision="Proef"
    )
    return a_timeline(override).at(END)


def test_every_rule_that_counts_again_is_told_here() -> None:
    assert dossiers_by_rule().keys() == RETIMED.keys()


@pytest.mark.parametrize("code", sorted(RETIMED))
def test_counting_again_says_what_asking_again_says(code: str) -> None:
    other = with_other_thresholds(code)
    for dossier in dossiers_by_rule()[code]:
        said = [one for one in expect_of_dossier(dossier, (), a_policy()) if one.rule == code]
        asked = [one for one in expect_of_dossier(dossier, (), other) if one.rule == code]

        assert said
        assert said != asked
        assert [retime(one, other) for one in said] == asked
