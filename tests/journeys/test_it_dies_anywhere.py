"""The monitor dies at any step of intake, run and dispatcher: nothing is lost, and nothing goes twice without a flag.

A small part in `make test`; all of it, the proofs, in `make prove`.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.crashes import Ground, a_ground, points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Tell
    from tests.postgresql import Server

SAMPLE = (
    "intake.after_keeping=kill",
    "run.after_detecting=kill",
    "store.before_commit=kill@5",
    "mail.after_data=kill@3",
)
TWICE = (
    *("store.before_commit=kill@2", "store.after_commit=kill@2", "intake.before_settling=kill@2"),
    *("run.after_promising=kill", "outbox.after_lock=kill", "outbox.after_lease=kill@2", "mail.before_data=kill@2"),
    *("mail.after_data=kill@2", "mail.after_verdict=kill@2", "outbox.after_hand_over=kill@2"),
    "outbox.after_record=kill@2",
)
"""The faults of the crash pairs; those without a number are passed once in a run."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    with a_ground(tmp_path_factory.mktemp("ground"), server) as ground:
        yield ground


def test_the_work_is_finished_by_the_next_run_wherever_it_broke_off(ground: Ground, tell: Tell) -> None:
    extra = 0
    for fault in SAMPLE:
        with ground.trial() as home:
            assert not home.outlives(fault), fault

            assert home.outlives("")

            extra += ground.check(home, crashes=1)
    tell(f"{len(SAMPLE)} crashes, {extra} flagged copies")


@pytest.mark.proof
@pytest.mark.parametrize("point", points(without="journal"))
def test_every_time_that_a_point_is_passed_the_work_may_break_off_there(ground: Ground, point: str, tell: Tell) -> None:
    extra = 0
    for time in count(1):
        with ground.trial() as home:
            if home.outlives(f"{point}=kill@{time}"):
                break
            assert home.outlives("")
            extra += ground.check(home, crashes=1)

    tell(f"{point}: {time - 1} crashes, {extra} flagged copies")
    assert time > 1, "no run passes this point"


@pytest.mark.proof
@pytest.mark.parametrize("first", TWICE)
def test_it_may_break_off_again_when_it_goes_on(ground: Ground, first: str, tell: Tell) -> None:
    extra = 0
    for second in TWICE:
        with ground.trial() as home:
            assert not home.outlives(first)
            home.outlives(second)
            assert home.outlives("")
            extra += ground.check(home, crashes=2)
    tell(f"{first}: {len(TWICE)} pairs, {extra} flagged copies")
