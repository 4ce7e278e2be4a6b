"""The schedule misses a run: the next run finds it and tells the beheerder, and the one after it solves it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.moments import at_time
from tests.another_programme import another_programme
from tests.cli.conftest import Terminal
from tests.recomputed import events_of, steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.world import World

FRIDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 2, day) for day in (6, 9, 10, 11, 12))
MISSED = "ipa:M04:run:monitor:1"


def after(on: date) -> date:
    """Return the next day from Monday to Friday."""
    return on + timedelta(days=3 if on.weekday() == FRIDAY.weekday() else 1)


def complete(world: World, slot_on: date, at: datetime | None = None) -> bool:
    """Let the run for the slot of seven be complete, five minutes later if nothing else is said."""
    slot_at = at_time(slot_on, 7)
    return world.app.complete_run("ipa", slot_at, at_time(after(slot_on), 7), at or slot_at + timedelta(minutes=5))


def run(world: World, at: datetime) -> None:
    world.run(at.isoformat())


def scheduled(world: World, on: date) -> None:
    """Do what the schedule does at seven."""
    run(world, at_time(on, 7))
    complete(world, on)


def missed(world: World, at: datetime, programme: str = "ipa") -> list[tuple[str, datetime]]:
    """Return each signal about a missed run, with its state and the instant of its opening."""
    cards = world.signals(at.isoformat(), programme, is_all=True)
    return [(card.signal.state.value, card.signal.opened_at) for card in cards if card.signal.rule == "M04"]


def told(world: World, at: datetime) -> list[tuple[str, datetime]]:
    """Return who heard of it, and when."""
    lines = [line for line in world.messages(at.isoformat()) if line.about == MISSED and line.handed_over_at]
    return [(line.recipient.split("@")[0], line.handed_over_at) for line in lines if line.handed_over_at]


def test_who_starts_every_run_by_hand_misses_none(opened: World) -> None:
    run(opened, at_time(FRIDAY, 12))
    run(opened, at_time(date(2026, 3, 6), 12))

    assert missed(opened, at_time(date(2026, 3, 6), 12)) == []


def test_a_run_that_did_not_come_is_found_at_noon_and_the_next_one_that_comes_in_time_solves_it(opened: World) -> None:
    scheduled(opened, MONDAY)
    run(opened, at_time(MONDAY, 12))
    before = missed(opened, at_time(MONDAY, 12))
    noon = at_time(TUESDAY, 12)
    run(opened, noon)
    run(opened, at_time(TUESDAY, 15))
    scheduled(opened, WEDNESDAY)
    run(opened, at_time(WEDNESDAY, 12))

    assert (before, missed(opened, noon)) == ([], [("open", noon)])
    assert told(opened, at_time(WEDNESDAY, 12)) == [("beheer", noon)]
    assert missed(opened, at_time(WEDNESDAY, 12)) == [("resolved", noon)]


def test_the_run_that_finds_it_does_not_take_its_own_alarm_back(opened: World) -> None:
    scheduled(opened, MONDAY)
    scheduled(opened, WEDNESDAY)
    run(opened, at_time(WEDNESDAY, 9))
    run(opened, at_time(WEDNESDAY, 12))
    stands = missed(opened, at_time(WEDNESDAY, 12))
    scheduled(opened, THURSDAY)
    run(opened, at_time(THURSDAY, 12))

    assert stands == [("open", at_time(WEDNESDAY, 7))]
    assert told(opened, at_time(THURSDAY, 12)) == [("beheer", at_time(WEDNESDAY, 9))]
    assert missed(opened, at_time(THURSDAY, 12)) == [("resolved", at_time(WEDNESDAY, 7))]


@pytest.mark.parametrize(
    ("completed_at", "is_missed"),
    [
        pytest.param(at_time(MONDAY, 8), False, id="just in time"),
        pytest.param(at_time(MONDAY, 8, 1), True, id="a minute late"),
        pytest.param(at_time(TUESDAY, 6, 5), True, id="the next day, when the machine is there again"),
    ],
)
def test_a_run_that_came_late_is_missed_as_well(opened: World, completed_at: datetime, *, is_missed: bool) -> None:
    complete(opened, MONDAY, completed_at)
    run(opened, completed_at + timedelta(minutes=5))

    assert missed(opened, completed_at + timedelta(minutes=5)) == ([("open", completed_at)] if is_missed else [])


def test_a_late_run_does_not_solve_what_was_missed_before_it(opened: World) -> None:
    scheduled(opened, FRIDAY)
    # The machine is back on Tuesday at six: the run of Monday comes first, and finds that it is late itself.
    run(opened, at_time(TUESDAY, 6))
    complete(opened, MONDAY, at_time(TUESDAY, 6, 5))
    run(opened, at_time(TUESDAY, 6, 30))
    stands = missed(opened, at_time(TUESDAY, 6, 30))
    scheduled(opened, TUESDAY)
    run(opened, at_time(TUESDAY, 12))

    assert stands == [("open", at_time(TUESDAY, 6))]
    assert missed(opened, at_time(TUESDAY, 12)) == [("resolved", at_time(TUESDAY, 6))]


@pytest.mark.parametrize("monday", [date(2026, 3, 30), date(2026, 10, 26)], ids=["summer begins", "summer ends"])
def test_the_slot_after_a_night_on_which_the_clock_changes_is_at_seven(opened: World, monday: date) -> None:
    scheduled(opened, monday - timedelta(days=3))
    run(opened, at_time(monday, 8))
    before = missed(opened, at_time(monday, 8))
    run(opened, at_time(monday, 8, 1))

    assert (before, missed(opened, at_time(monday, 8, 1))) == ([], [("open", at_time(monday, 8, 1))])


def test_looking_again_writes_nothing_and_the_same_run_is_complete_once(opened: World) -> None:
    scheduled(opened, MONDAY)
    run(opened, at_time(TUESDAY, 12))
    terminal = Terminal(opened.home, opened.database_url)
    before = terminal.stored()

    run(opened, at_time(TUESDAY, 12))
    is_new = complete(opened, MONDAY, at_time(TUESDAY, 12))

    assert (is_new, terminal.stored()) == (False, before)


def test_each_programme_has_its_own_runs(opened: World, tmp_path: Path) -> None:
    opened.app.load(another_programme(tmp_path / "other"), at_time(FRIDAY, 12))
    scheduled(opened, MONDAY)

    run(opened, at_time(TUESDAY, 12))

    (other,) = set(opened.app.choose(None)) - {"ipa"}
    assert missed(opened, at_time(TUESDAY, 12))
    assert missed(opened, at_time(TUESDAY, 12), other) == []


def test_it_says_which_run_when_the_last_one_went_well_and_what_to_look_at(opened: World) -> None:
    scheduled(opened, FRIDAY)
    run(opened, at_time(MONDAY, 12))

    terminal = Terminal(opened.home, opened.database_url)
    document = terminal.ask("explain", MISSED, "--as-of", at_time(MONDAY, 12).isoformat())
    (mail,) = [mail for mail in opened.mails() if "beheer@" in str(mail["To"])]

    (ground,) = document["grounds"]
    assert steps_of("M04", ground) == [(date.fromisoformat(one["on"]), one["severity"]) for one in ground["steps"]]
    assert events_of(document) == [(MONDAY, "critical")]
    body = mail.get_body(("plain",))
    assert body is not None
    said = " ".join(body.get_content().split())
    assert "DE RONDES VAN DE MONITOR" in said.upper()
    assert "De ronde van maandag 9 februari 2026 om 7.00 uur was 1 uur later nog niet klaar." in said
    assert "De laatste ronde daarvoor was klaar op vrijdag 6 februari 2026 om 7.05 uur." in said
    assert "Kijk met ‘ipa doctor’ of alles werkt. Er gaat niets verloren" in said
