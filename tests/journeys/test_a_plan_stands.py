"""A run does not plan what it planned before: it costs next to nothing, and everybody hears the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlmodel import Session, update

from ipa_core.store.programmes import ProgrammeRow
from tests.journeys.handovers import GEZ, ZIC, Folder, load
from tests.journeys.world import World, days

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = "2026-02-04", "2026-03-11"


def forget_the_plan(world: World) -> None:
    with Session(world.app.database.engine) as session:
        session.execute(update(ProgrammeRow).values(planned_news=-1))
        session.commit()


def tell(world: World, folder: Folder, *, is_planned_anew: bool) -> None:
    """Let two months pass: contacts come and go, fields pass on, a ministry answers."""
    load(world, folder, "2026-02-01")
    for day in days(FIRST, LAST):
        if day.isoformat() == "2026-02-18":
            world.answer(f"{day}T06:00:00+01:00", "JenV", {"recommendation": "HAN-05", "unchanged": True})
        for clock in ("07:00", "10:00"):
            if is_planned_anew:
                forget_the_plan(world)
            world.run(f"{day}T{clock}:00+01:00")


@pytest.fixture
def changing(folder: Folder) -> Folder:
    folder.pass_on(ZIC, "VWS", source="BZK")
    folder.found("AZ", "main", "deputy")
    folder.pass_on(GEZ[:2], "AZ", source="VWS", on="2026-02-20")
    contacts = folder.path / "contacts.csv"
    ending = contacts.read_text("utf-8").replace(
        "szw-main@ministerie.example,main,,", "szw-main@ministerie.example,main,,2026-02-24"
    )
    contacts.write_text(ending, "utf-8")
    folder.add("contacts.csv", ("SZW", "Nieuw", "szw-nieuw@ministerie.example", "main", "2026-03-10", ""))
    return folder


@pytest.mark.proof
def test_everybody_hears_the_same_as_when_each_run_plans_anew(tmp_path: Path, changing: Folder) -> None:
    lazy, eager = World(tmp_path / "lui"), World(tmp_path / "ijverig")
    tell(lazy, changing, is_planned_anew=False)
    tell(eager, changing, is_planned_anew=True)

    heard, expected = ([line.as_json() for line in one.messages(LAST)] for one in (lazy, eager))
    for world in (lazy, eager):
        world.app.database.close()

    assert sum(line["handed_over_at"] is not None for line in expected) > 60
    assert heard == expected


def test_a_quiet_run_asks_the_database_next_to_nothing(opened: World) -> None:
    opened.run("2026-02-05")
    asked: list[str] = []
    event.listen(opened.app.database.engine, "before_cursor_execute", lambda *heard: asked.append(heard[2]))

    opened.run("2026-02-06")

    assert len(asked) < 40
    assert [statement for statement in asked if "notice" in statement] == []
    assert [statement for statement in asked if statement.startswith(("INSERT", "UPDATE", "DELETE"))] == []
