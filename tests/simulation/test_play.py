"""A simulated life is lived by the real product, and the same seed lives it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.domain.moments import day_of
from ipa_core.simulation.play import BEGINS_ON, Played, played
from ipa_core.simulation.telling import tell

if TYPE_CHECKING:
    from ipa_core.simulation.wire import Accepted


def seen(life: Played) -> tuple[list[Accepted], object]:
    return list(life.wire.accepted), tell(life).lives


@pytest.mark.proof
def test_the_same_seed_gives_the_same_life_and_another_one_does_not() -> None:
    with played(3, days=10) as one, played(3, days=10) as same, played(4, days=10) as other:
        assert seen(one) == seen(same)
        assert seen(one) != seen(other)


def test_a_life_has_rounds_answers_signals_and_mail() -> None:
    with played(5, days=45) as life:
        story = tell(life)

    assert story.runs[0].at.date() == BEGINS_ON
    assert story.requests
    assert story.lives
    assert life.wire.accepted
    assert all(story.calendar.is_in_window(one.at) for one in life.wire.accepted)


@pytest.mark.proof
def test_another_programme_is_lived_through_from_its_folder() -> None:
    with played(1, days=3, folder=SHIPPED) as life:
        story = tell(life)

    assert story.programme == "ipa"
    assert {day_of(run.at) for run in story.runs} >= {BEGINS_ON}
    assert {one.ministry for one in story.lives} >= {"SZW", "VRO"}
