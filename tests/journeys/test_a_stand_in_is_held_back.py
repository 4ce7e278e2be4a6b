"""What a deputy should hear instead is held back for a while: it weighs less, or something else speaks for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from ipa_core.usecases.open_round import open_round
from tests.intake.programme_folders import history, register
from tests.journeys.mail_servers import Mailbox
from tests.journeys.test_a_signal_gets_worse import SHIFT, plan
from tests.journeys.test_nobody_takes_it_up import told
from tests.journeys.test_the_digest import ASKED_AND_ANSWERED, load_files
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ipa_core.reports.message_lines import MessageLine

SZW, DEPUTY, LEADER = "szw-main@ministerie.example", "szw-deputy@ministerie.example", "projectleider@ipa.example"
FULL = "550 5.1.1 no such mailbox"


ONE_WAITS_FOR_THE_OTHER = {
    **ASKED_AND_ANSWERED,
    "contacts.csv": ASKED_AND_ANSWERED["contacts.csv"]
    + f"SZW,Vervanger,{DEPUTY},deputy,,\nIPA,Beheerder,beheer@ipa.example,beheerder,,\n",
    "recommendations.csv": register(
        "A-1,recommendation,,Thema,Eerste,,SZW,,,,,B-1,,,,,", "B-1,recommendation,,Thema,Tweede,,BZK,,,,,,,,,,"
    ),
    "history.csv": history(
        "A-1,2026-01-05,SZW,in_progress,10,2026-02-16,,Kamerbrief,high",
        "B-1,2026-01-05,BZK,in_progress,10,2026-02-17,,Kamerbrief,high",
    ),
}
"""The files of a programme in which B-1 is late a day after A-1, that waits for it."""


def explain(world: World, as_of: str, until: str) -> None:
    """Let the projectleider accept an explanation: until that day the signal weighs one step less."""
    act = Act(kind="explain", about=SHIFT, by=LEADER, reason="Zo is het besproken", until=date.fromisoformat(until))
    moment = world.app.moment(as_of).at
    world.app.database.write(lambda session: decide(session, "ipa", act, at=moment))


def openings(world: World, as_of: str) -> list[tuple[str, str, str]]:
    """The opening of the signal: to which mailbox, where it stands, and why it did not go."""
    return of_key(world.messages(as_of), f"signal:{SHIFT}:1:opening:")


def late(world: World, as_of: str) -> list[tuple[str, str, str]]:
    """The same about A-1 that is late."""
    return of_key(world.messages(as_of, "klein"), "signal:klein:T02:A-1:1:1:opening:")


def of_key(lines: Iterable[MessageLine], key: str) -> list[tuple[str, str, str]]:
    mine = (line for line in lines if line.key.startswith(key))
    return [(line.recipient.split("@")[0], line.state, line.why_not) for line in mine]


def went(world: World, as_of: str) -> list[tuple[str, str, str]]:
    return [one for one in told(world, as_of, SHIFT) if one[1] == "opening"]


def refuse_the_opening(world: World, mailbox: Mailbox) -> None:
    """Let the main contact refuse the opening of the signal, which then weighs less until the end of 12 February."""
    world.run_daily("2026-02-04", "2026-02-05")
    plan(world, "2026-02-05", "2026-07-01")
    plan(world, "2026-02-06", "2026-10-12")
    mailbox.rcpt = {SZW: FULL}
    world.run("2026-02-06")
    explain(world, "2026-02-06T15:00:00+01:00", "2026-02-12")


def test_what_weighs_little_is_told_to_the_deputy_once_it_weighs_enough(served: World, mailbox: Mailbox) -> None:
    refuse_the_opening(served, mailbox)
    served.run("2026-02-09")
    held_back = openings(served, "2026-02-09")
    served.run_daily("2026-02-10", "2026-02-16")

    assert held_back[1] == ("szw-deputy", "suppressed", "weegt nu minder dan midden")
    assert went(served, "2026-02-16") == [("2026-02-13", "opening", "szw-deputy")]


def test_a_main_contact_that_can_be_reached_meanwhile_hears_it_instead_of_the_deputy(
    served: World, mailbox: Mailbox
) -> None:
    refuse_the_opening(served, mailbox)
    served.run("2026-02-09")
    mailbox.rcpt = {}
    served.run_daily("2026-02-10", "2026-02-16")

    assert went(served, "2026-02-16") == [("2026-02-13", "opening", "szw-main")]
    assert openings(served, "2026-02-16")[1] == ("szw-deputy", "skipped", "het contactpunt zelf is weer bereikbaar")


def test_the_deputy_hears_it_after_all_when_the_main_contact_refuses_once_more(served: World, mailbox: Mailbox) -> None:
    refuse_the_opening(served, mailbox)
    served.run("2026-02-09")
    mailbox.rcpt = {}
    served.run_daily("2026-02-10", "2026-02-12")
    mailbox.rcpt = {SZW: FULL}
    served.run_daily("2026-02-13", "2026-02-17")

    assert went(served, "2026-02-17") == [("2026-02-16", "opening", "szw-deputy")]


def test_what_another_signal_speaks_for_is_told_to_the_deputy_when_that_one_is_solved(
    empty: World, mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.rcpt = {"szw@ministerie.example": FULL}
    load_files(empty, tmp_path / "klein", ONE_WAITS_FOR_THE_OTHER)
    empty.run_daily("2026-02-16", "2026-02-17")
    empty.run("2026-02-18")
    held_back = late(empty, "2026-02-18")
    moment = empty.app.moment("2026-02-18T12:00:00+01:00").at
    empty.app.database.write(lambda session: open_round(session, "klein", "2025-Q4", at=moment))
    new = {"recommendation": "B-1", "status": "in_progress", "planned_on": "2026-04-30", "reason": "De wet wacht"}
    empty.answer("2026-02-18T13:00:00+01:00", "BZK", new)
    empty.run("2026-02-19")

    assert held_back == [
        ("szw", "dead", "geweigerd door de mailserver (550); naar het vervangende contactpunt"),
        ("szw-deputy", "suppressed", "valt onder B-1"),
    ]
    assert late(empty, "2026-02-19")[1] == ("szw-deputy", "handed_over", "")
