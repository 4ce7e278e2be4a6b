"""IPA does not take over that a dossier is completed: the ministry and the readers of the digest read that, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.handovers import text_of
from tests.usecases.test_decide import complete, make

if TYPE_CHECKING:
    from tests.journeys.world import World

REFUSED = "niet akkoord met de afronding. De reden: ‘Het bewijs ontbreekt’."


@pytest.fixture
def world(opened: World) -> World:
    """VRO reported that HUI-01 is completed, and everybody who was to know of it does."""
    complete(opened, "HUI-01")
    opened.run("2026-02-06")
    return opened


def refuse(world: World, as_of: str) -> None:
    make(world, "refuse", "HUI-01", as_of=as_of, reason="Het bewijs ontbreekt")


def last_mail(world: World, reader: str) -> str:
    return " ".join(text_of([one for one in world.mails() if one["To"].startswith(reader)][-1]).split())


def test_the_ministry_reads_it_and_not_that_there_is_nothing_to_do(world: World) -> None:
    refuse(world, "2026-02-06T12:00:00+01:00")
    world.run("2026-02-09")

    text = last_mail(world, "vro-main")
    assert REFUSED in text
    assert "OPGELOST" not in text
    assert "niets meer te doen" not in text


def test_the_digest_tells_it_and_not_that_anything_is_solved(world: World) -> None:
    world.run("2026-02-09")
    refuse(world, "2026-02-10T12:00:00+01:00")
    world.run("2026-02-16")

    text = last_mail(world, "aanjager")
    assert "AFRONDING NIET AANVAARD (1)" in text
    assert f"{REFUSED} Het dossier staat weer op ‘in uitvoering’." in text
    assert "OPGELOST (0)" in text


def test_what_was_reported_anew_meanwhile_was_not_solved_either(world: World) -> None:
    world.run("2026-02-09")
    refuse(world, "2026-02-10T12:00:00+01:00")
    complete(world, "HUI-01", as_of="2026-02-12T12:00:00+01:00", note="Het bewijs is er nu")
    world.run("2026-02-16")

    text = last_mail(world, "aanjager")
    assert "AFRONDING NIET AANVAARD (1)" in text
    assert REFUSED in text
    assert "weer op ‘in uitvoering’" not in text
