"""One of two programmes cannot be done today: the other gets its whole day all the same, and the run says it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.errors import WriteInThePast
from tests.another_programme import CODE, another_programme

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.world import World

DAY, DAY_AFTER = "2026-02-04", "2026-02-05"


def test_a_programme_that_fails_keeps_no_other_waiting(world: World, tmp_path: Path) -> None:
    world.app.load(SHIPPED, world.app.moment(DAY).at)
    world.app.load(another_programme(tmp_path), world.app.moment(DAY_AFTER).at)

    with pytest.raises(WriteInThePast) as failed:
        world.run(DAY)

    assert failed.value.args[0] == CODE
    assert len(world.mails()) == 6
    assert world.signals(DAY)
    assert world.signals(DAY_AFTER, programme=CODE) == []


def test_a_run_over_both_does_both(world: World, tmp_path: Path) -> None:
    for folder in (SHIPPED, another_programme(tmp_path)):
        world.app.load(folder, world.app.moment(DAY).at)

    done = world.run(DAY)

    assert [one.programme for one in done.programmes] == [CODE, "ipa"]
    assert len(world.mails()) == 12
