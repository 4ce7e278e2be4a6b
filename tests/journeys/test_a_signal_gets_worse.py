"""A signal that weighs more, or comes and goes: who hears of it at once, and who hears nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.intake.programme_folders import history
from tests.journeys.handovers import text_of
from tests.journeys.test_nobody_takes_it_up import run_on, told
from tests.journeys.test_the_digest import NOTHING_TO_TELL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.world import World

SHIFT = "ipa:T04:POS-05:1"


def plan(world: World, as_of: str, day: str | None, **values: Any) -> None:
    line = {
        "recommendation": "POS-05",
        "status": "in_progress",
        "planned_on": day,
        "reason": f"Zo stond het op {as_of}",
    }
    world.answer(as_of, "SZW", {**line, **values})


def test_a_signal_that_becomes_critical_is_told_once_to_projectleider_and_aanjager(opened: World) -> None:
    plan(opened, "2026-02-05", "2026-07-01")
    plan(opened, "2026-02-06", "2027-01-04")
    run_on(opened, "2026-02-06", "2026-02-09")
    plan(opened, "2026-02-10", "2027-07-05")
    run_on(opened, "2026-02-10", "2026-02-11", "2026-02-12")

    assert told(opened, "2026-02-12", SHIFT) == [
        ("2026-02-06", "opening", "szw-main"),
        ("2026-02-10", "critical", "aanjager"),
        ("2026-02-10", "critical", "projectleider"),
        ("2026-02-10", "worse", "szw-main"),
    ]


def test_what_the_first_run_found_critical_is_told_to_the_main_contact_only(opened: World) -> None:
    run_on(opened, "2026-02-05")

    assert not [line for line in opened.messages("2026-02-05") if line.rung == "critical"]


def test_a_signal_that_comes_and_goes_is_told_at_the_pace_of_its_repeats(opened: World) -> None:
    plan(opened, "2026-02-05", "2026-07-01")
    for day in ("2026-02-06", "2026-02-10", "2026-02-12"):
        plan(opened, f"{day}T11:00:00+01:00", None)
        run_on(opened, f"{day}T12:00:00+01:00")
        plan(opened, f"{day}T13:00:00+01:00", "2026-07-01")
        run_on(opened, f"{day}T14:00:00+01:00")
    run_on(opened, "2026-02-13", "2026-02-16", "2026-02-18", "2026-02-19", "2026-02-20")

    episodes = [f"ipa:T06:POS-05:{number}" for number in (1, 2, 3)]
    assert [told(opened, "2026-02-20", one) for one in episodes] == [
        [("2026-02-06", "opening", "szw-main"), ("2026-02-19", "solved", "szw-main")],
        [],
        [],
    ]


def test_a_date_that_passed_is_not_said_to_come_near(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "klein"
    folder.mkdir()
    late = history("A-1,2025-12-01,SZW,in_progress,40,2026-02-16,Loopt,Kamerbrief,high")
    for name, content in {**NOTHING_TO_TELL, "history.csv": late}.items():
        (folder / name).write_text(content, "utf-8")
    world.app.load(folder, world.app.moment("2026-01-05").at)

    run_on(world, "2026-01-05", "2026-02-18")

    (mail,) = [mail for mail in world.mails() if mail["To"].startswith("szw")]
    assert {card.signal.rule for card in world.signals("2026-02-18", "klein")} >= {"T01", "T02"}
    assert "T02 termijn verstreken" in text_of(mail)
    assert "T01" not in text_of(mail)
