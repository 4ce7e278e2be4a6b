"""What did the cabinet decide about a recommendation: as the register says, or as was noted since?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.adoptions import stand_adoption
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.recommendations import Adoption
from tests.builders import a_decision, a_recommendation

if TYPE_CHECKING:
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.recommendations import Recommendation

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2026, month, 5) for month in range(1, 6))
UNDECIDED, ADOPTED, PARTLY, NOT_ADOPTED = (
    Adoption.UNDECIDED,
    Adoption.ADOPTED,
    Adoption.PARTLY,
    Adoption.NOT_ADOPTED,
)


def a_version(on: date, adoption: Adoption = UNDECIDED, title: str = "Titel") -> Recommendation:
    return a_recommendation(adopted_on=JANUARY, adoption=adoption, title=title, recorded_at=start_of_day(on))


def noted(on: date, adoption: Adoption = ADOPTED) -> Decision:
    return a_decision("adopt", on, adoption=adoption)


@pytest.mark.parametrize(
    ("versions", "decisions", "adoption"),
    [
        pytest.param([a_version(JANUARY)], [], UNDECIDED, id="nothing was noted"),
        pytest.param([a_version(JANUARY)], [noted(MARCH)], ADOPTED, id="noted"),
        pytest.param(
            [a_version(JANUARY), a_version(APRIL, title="Betere titel")],
            [noted(MARCH)],
            ADOPTED,
            id="another title later says nothing about it",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(APRIL, NOT_ADOPTED)],
            [noted(MARCH)],
            NOT_ADOPTED,
            id="the register says another adoption later",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(APRIL, NOT_ADOPTED), a_version(MAY, NOT_ADOPTED, title="Betere titel")],
            [noted(MARCH)],
            NOT_ADOPTED,
            id="and another title after that",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(FEBRUARY, PARTLY)],
            [noted(MARCH)],
            ADOPTED,
            id="the register said another adoption before",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(APRIL, PARTLY), a_version(MAY)],
            [noted(MARCH)],
            UNDECIDED,
            id="the register took it back",
        ),
        pytest.param(
            [a_version(MAY), a_version(FEBRUARY, title="Betere titel")],
            [noted(MARCH)],
            ADOPTED,
            id="the first version was replaced before its own day came",
        ),
    ],
)
def test_what_was_noted_stands_until_the_register_says_another_adoption(
    versions: list[Recommendation], decisions: list[Decision], adoption: Adoption
) -> None:
    assert stand_adoption(versions, decisions).adoption is adoption


@pytest.mark.parametrize(
    ("versions", "decisions", "adopted_by"),
    [
        pytest.param([a_version(JANUARY, ADOPTED)], [], None, id="nothing was noted"),
        pytest.param([a_version(JANUARY)], [noted(MARCH)], noted(MARCH), id="what was undecided is adopted"),
        pytest.param([a_version(JANUARY)], [noted(MARCH, PARTLY), noted(APRIL)], noted(MARCH, PARTLY), id="partly"),
        pytest.param([a_version(JANUARY, ADOPTED)], [noted(MARCH, PARTLY)], None, id="it was adopted already"),
        pytest.param(
            [a_version(JANUARY, ADOPTED)],
            [noted(FEBRUARY, NOT_ADOPTED), noted(MARCH)],
            noted(MARCH),
            id="it was adopted once more",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(APRIL, ADOPTED)],
            [noted(MARCH)],
            noted(MARCH),
            id="the register confirms it and says no other day",
        ),
        pytest.param(
            [a_version(JANUARY), replace(a_version(APRIL, ADOPTED), adopted_on=FEBRUARY)],
            [noted(MARCH)],
            None,
            id="the register confirms it and says the day",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(APRIL, NOT_ADOPTED), a_version(MAY, ADOPTED)],
            [noted(MARCH)],
            None,
            id="the register took it back and adopts it itself",
        ),
        pytest.param(
            [a_version(JANUARY), a_version(MARCH, ADOPTED)],
            [a_decision("verify", FEBRUARY)],
            None,
            id="another decision says nothing about it",
        ),
    ],
)
def test_what_was_adopted_by_a_decision_was_adopted_on_its_day(
    versions: list[Recommendation], decisions: list[Decision], adopted_by: Decision | None
) -> None:
    assert stand_adoption(versions, decisions).noted == adopted_by
