"""How much is a text like that of last time?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.intake.likeness import likeness

BEFORE = "Het wetsvoorstel ligt bij de Raad van State."
"""44 characters."""


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        pytest.param(BEFORE, 100, id="the same"),
        pytest.param("het  wetsvoorstel ligt\nbij de raad van state. ", 100, id="other capitals, spaces and lines"),
        pytest.param(BEFORE.replace("ligt", "lag"), 96, id="another verb: 84 of the 87 characters"),
        pytest.param(BEFORE.replace("ligt", "is"), 95, id="82 of the 86 characters, rounded down"),
        pytest.param("qqq", 0, id="nothing in common"),
        pytest.param("", None, id="no text"),
        pytest.param(" \n", None, id="no more than space"),
    ],
)
def test_a_text_is_compared_with_that_of_last_time(text: str, alike: int | None) -> None:
    assert likeness(text, [BEFORE]) == alike


def test_the_most_alike_of_several_counts() -> None:
    assert likeness(BEFORE, ["", "Anders", BEFORE, "qqq"]) == 100


@pytest.mark.parametrize("earlier", [[], [""], [" \n", ""]])
def test_without_a_text_last_time_there_is_nothing_to_compare(earlier: list[str]) -> None:
    assert likeness(BEFORE, earlier) is None


def test_exactly_nineteen_of_twenty_is_ninety_five() -> None:
    assert likeness("a" * 20, ["a" * 19 + "b"]) == 95


@given(text=st.text(min_size=1), other=st.text(min_size=1))
def test_likeness_is_a_percentage_and_works_both_ways(text: str, other: str) -> None:
    alike = likeness(text, [other])

    assert alike == likeness(other, [text])
    assert alike is None or 0 <= alike <= 100
