"""A signal that nobody takes up: who hears of it, on which day, and what people and facts change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from tests.journeys.handovers import Folder, load

if TYPE_CHECKING:
    from tests.journeys.world import World

SIGNAL = "ipa:T02:HUI-01:1"
"""Critical since before the first run on Wednesday 4 February 2026; VRO leads it."""

FEBRUARY = tuple(f"2026-02-{day:02}" for day in (5, 10, 11, 17, 18, 19, 25, 26))
"""Days on which something is due, and days beside them."""

WAITING = {"planned", "suppressed", "queued"}


def run_on(world: World, *days: str) -> None:
    for day in days:
        world.run(day)


def told(world: World, as_of: str, signal: str = SIGNAL) -> list[tuple[str, str, str]]:
    """What went out about a signal: day, rung and mailbox without its domain."""
    lines = [line for line in world.messages(as_of) if line.about == signal and line.handed_over_at]
    went = [
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0])
        for line in lines
        if line.handed_over_at
    ]
    return sorted(went)


def ahead(world: World, as_of: str, signal: str = SIGNAL) -> dict[str, tuple[str, str]]:
    """What is still to come about a signal: day and reason."""
    return {
        f"{line.rung} {line.recipient.split('@')[0]}": (line.planned_on.isoformat(), line.why_not)
        for line in world.messages(as_of)
        if line.about == signal and line.state in WAITING
    }


def act(world: World, as_of: str, kind: str, **values: Any) -> None:
    defaults: dict[str, Any] = {"by": "vro-main@ministerie.example", "reason": "Zo is het besproken"}
    said = Act(kind=kind, about=SIGNAL, **{**defaults, **values})
    at = world.app.moment(as_of).at
    world.app.database.write(lambda session: decide(session, "ipa", said, at=at))


def test_a_signal_climbs_from_the_main_contact_to_the_aanjager(opened: World) -> None:
    run_on(opened, *FEBRUARY, "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-31", "2026-04-01", "2026-04-07")

    assert told(opened, "2026-04-07") == [
        ("2026-02-04", "opening", "vro-main"),
        ("2026-02-11", "repeat", "vro-main"),
        ("2026-02-18", "coordinator", "vro-coordinator"),
        ("2026-02-18", "repeat", "vro-main"),
        ("2026-02-25", "repeat", "vro-main"),
        ("2026-03-04", "project_lead", "projectleider"),
        ("2026-03-04", "repeat", "vro-main"),
        ("2026-04-07", "aanjager", "aanjager"),
    ]
    (card,) = [card for card in opened.signals("2026-04-07") if card.signal.id == SIGNAL]
    assert card.is_structural


def test_all_rungs_can_be_seen_before_they_go(opened: World) -> None:
    opened.run("2026-02-05")

    assert ahead(opened, "2026-02-05") == {
        "repeat vro-main": ("2026-02-11", "de dag is nog niet gekomen"),
        "coordinator vro-coordinator": ("2026-02-18", "de dag is nog niet gekomen"),
        "project_lead projectleider": ("2026-03-04", "de dag is nog niet gekomen"),
        "aanjager aanjager": ("2026-04-01", "de dag is nog niet gekomen"),
    }


def test_after_an_outage_the_notice_goes_first_and_one_repeat(opened: World) -> None:
    opened.run("2026-02-05")
    run_on(opened, "2026-03-16", "2026-03-17", "2026-03-23", "2026-03-27", "2026-03-30")

    assert told(opened, "2026-03-30")[1:] == [
        ("2026-03-16", "coordinator", "vro-coordinator"),
        ("2026-03-16", "repeat", "vro-main"),
        ("2026-03-23", "repeat", "vro-main"),
        ("2026-03-30", "project_lead", "projectleider"),
        ("2026-03-30", "repeat", "vro-main"),
    ]


def test_who_takes_it_up_is_left_in_peace_and_afterwards_it_goes_on(opened: World) -> None:
    run_on(opened, *FEBRUARY[:4])
    act(opened, "2026-02-17T18:00:00+01:00", "acknowledge", next_step="Brief", until=date(2026, 3, 3))
    opened.run("2026-02-18")

    waiting = ahead(opened, "2026-02-18")
    run_on(opened, "2026-02-25", "2026-03-03", "2026-03-04", "2026-03-05")

    assert waiting["coordinator vro-coordinator"] == ("2026-03-05", "opgepakt tot en met 2026-03-03")
    assert told(opened, "2026-03-05")[2:] == [
        ("2026-03-05", "coordinator", "vro-coordinator"),
        ("2026-03-05", "repeat", "vro-main"),
    ]


@pytest.mark.parametrize(
    ("kind", "next_step", "said"),
    [("acknowledge", "Brief", "in behandeling"), ("snooze", "", "uitgesteld")],
)
def test_an_escalation_says_whether_somebody_had_it_in_hand(
    opened: World, kind: str, next_step: str, said: str
) -> None:
    run_on(opened, *FEBRUARY[:4])
    act(opened, "2026-02-17T18:00:00+01:00", kind, next_step=next_step, until=date(2026, 3, 3))
    run_on(opened, "2026-02-18", "2026-03-05", "2026-03-19")

    sentence = f"het signaal was {said} tot en met 3 maart 2026, en is niet opgelost"
    assert sentence in text_to(opened, "vro-coord", "T02")
    assert sentence in text_to(opened, "project", "T02")


def test_who_knows_that_it_is_critical_is_not_announced(opened: World) -> None:
    opened.answer("2026-02-05", "SZW", {"recommendation": "UIT-01", "status": "dropped"})
    run_on(opened, "2026-02-05", "2026-02-12", "2026-02-19")
    signal = "ipa:R02:UIT-01:1"

    assert ("2026-02-05", "critical", "projectleider") in told(opened, "2026-02-19", signal)
    assert ("2026-02-19", "coordinator", "szw-coordinator") in told(opened, "2026-02-19", signal)
    assert "voor aan de projectleider" not in text_to(opened, "szw-coord", "R02")


def text_to(world: World, reader: str, rule: str) -> str:
    """What the last bundle to a reader that has a rule says of it."""
    bodies = [mail.get_body(("plain",)) for mail in world.mails() if mail["To"].startswith(reader)]
    texts = [body.get_content() for body in bodies if body is not None]
    (*_, text) = [text for text in texts if f"] {rule} " in text and "Waarom nu" in text]
    return " ".join(text.partition(f"] {rule} ")[2].partition("\n[")[0].split())


def test_the_day_that_is_announced_for_the_aanjager_is_that_of_the_digest_that_asks(opened: World) -> None:
    run_on(opened, *FEBRUARY, "2026-03-03", "2026-03-04")
    planned = ahead(opened, "2026-03-04")["aanjager aanjager"]
    run_on(opened, "2026-03-31", "2026-04-01", "2026-04-07")

    assert planned[0] == "2026-04-01"
    announced = "Is dit op dinsdag 7 april 2026 niet opgelost of opgepakt, dan vragen wij de bestuurlijk aanjager "
    assert announced in text_to(opened, "projectleider", "T02")
    assert ("2026-04-07", "aanjager", "aanjager") in told(opened, "2026-04-07")


def test_who_takes_it_up_before_it_was_told_hears_of_it_afterwards(world: World) -> None:
    world.run("2026-02-04T07:00:00+01:00")
    act(world, "2026-02-04T08:00:00+01:00", "acknowledge", next_step="Overleg", until=date(2026, 2, 11))
    run_on(world, "2026-02-04", "2026-02-05")
    waiting = ahead(world, "2026-02-05")["opening vro-main"]
    run_on(world, "2026-02-11", "2026-02-12")

    assert waiting == ("2026-02-12", "opgepakt tot en met 2026-02-11")
    assert told(world, "2026-02-12") == [("2026-02-12", "opening", "vro-main")]


def test_the_end_of_a_snooze_is_told(opened: World) -> None:
    opened.run("2026-02-05")
    act(opened, "2026-02-05T11:00:00+01:00", "snooze", until=date(2026, 2, 13))
    opened.run("2026-02-06")

    waiting = ahead(opened, "2026-02-06")
    run_on(opened, "2026-02-11", "2026-02-13", "2026-02-16")

    assert waiting["snooze_ended vro-main"][0] == "2026-02-16"
    assert told(opened, "2026-02-16")[1:] == [("2026-02-16", "snooze_ended", "vro-main")]


def test_the_end_of_a_snooze_that_is_renewed_in_time_is_no_longer_at_issue(opened: World) -> None:
    opened.run("2026-02-05")
    act(opened, "2026-02-05T11:00:00+01:00", "snooze", until=date(2026, 2, 13))
    run_on(opened, "2026-02-06", "2026-02-13", "2026-02-16T07:00:00+01:00")
    act(opened, "2026-02-16T08:00:00+01:00", "snooze", until=date(2026, 2, 20))
    run_on(opened, "2026-02-16", "2026-02-23")

    ends = [line for line in opened.messages("2026-02-23") if line.about == SIGNAL and line.rung == "snooze_ended"]
    assert [(line.state, line.why_not) for line in ends] == [("skipped", "niet meer aan de orde"), ("handed_over", "")]


def test_a_rung_of_a_contact_who_left_says_that_another_one_came(world: World, folder: Folder) -> None:
    load(world, folder, "2026-02-03")
    run_on(world, "2026-02-04", "2026-02-05")
    there = "vro-main@ministerie.example,main,2024-07-02,"
    contacts = folder.path / "contacts.csv"
    contacts.write_text(contacts.read_text("utf-8").replace(there, f"{there}2026-02-05"), "utf-8")
    folder.add("contacts.csv", ("VRO", "Nieuw", "vro-nieuw@ministerie.example", "main", "2026-02-06", ""))
    load(world, folder, "2026-02-05T18:00:00+01:00")

    run_on(world, "2026-02-06", "2026-02-11")

    assert ("2026-02-11", "repeat", "vro-nieuw") in told(world, "2026-02-11")
    (left,) = [line for line in world.messages("2026-02-11") if line.about == SIGNAL and line.state == "skipped"]
    assert (left.rung, left.recipient, left.why_not) == (
        "repeat",
        there.partition(",")[0],
        "het contactpunt is vervangen",
    )


def test_everybody_in_the_chain_hears_once_that_it_is_solved(opened: World) -> None:
    run_on(opened, *FEBRUARY[:6])
    opened.answer(
        "2026-02-20", "VRO", {"recommendation": "HUI-01", "status": "completed", "evidence": ["https://example.org/1"]}
    )
    run_on(opened, "2026-02-20", "2026-02-23", "2026-03-04")

    assert [one for one in told(opened, "2026-03-04") if one[0] >= "2026-02-20"] == [
        ("2026-02-20", "solved", "vro-coordinator"),
        ("2026-02-20", "solved", "vro-main"),
    ]
    unsent = [line for line in opened.messages("2026-03-04") if line.about == SIGNAL and line.state == "skipped"]
    assert {line.rung for line in unsent} == {"repeat", "project_lead", "aanjager"}
    assert {line.why_not for line in unsent} == {"opgelost op 2026-02-20"}


def test_a_decision_asked_in_a_digest_that_was_never_sent_is_asked_in_the_next(opened: World) -> None:
    run_on(opened, "2026-02-05", "2026-02-18", "2026-02-19", "2026-03-04", "2026-03-05")
    opened.app.detect("ipa", opened.app.moment("2026-04-07").at)
    promised = [
        line.state for line in opened.messages("2026-04-07") if line.about == SIGNAL and line.rung == "aanjager"
    ]

    run_on(opened, "2026-04-13")

    assert promised == ["queued"]
    assert ("2026-04-13", "aanjager", "aanjager") in told(opened, "2026-04-13")
