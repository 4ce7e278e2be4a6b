"""Two people have one role: what one of them could not be handed is not lost because the other one got it."""

from __future__ import annotations

import pytest

from tests.journeys.handovers import Folder, load
from tests.journeys.mail_servers import FIRST_DAY, Mailbox
from tests.journeys.world import World

SECOND, COLLEAGUE = "leider2@ipa.example", "vro-coordinator2@ministerie.example"
ABOUT = "signal:ipa:T02:HUI-01:1:1"


@pytest.fixture
def world(empty: World, folder: Folder) -> World:
    folder.add(
        "contacts.csv",
        ("IPA", "Tweede", SECOND, "project_lead", "", ""),
        ("VRO", "Tweede", COLLEAGUE, "coordinator", "", ""),
    )
    load(empty, folder, "2026-02-01")
    return empty


def went(world: World, as_of: str, rung: str) -> list[tuple[str, str]]:
    lines = [line for line in world.messages(as_of) if line.key.startswith(f"{ABOUT}:{rung}:")]
    return sorted(
        (line.recipient.split("@")[0], f"{line.handed_over_at:%m-%d}") for line in lines if line.handed_over_at
    )


def test_who_was_put_off_hears_it_the_next_day(world: World, mailbox: Mailbox) -> None:
    world.run_daily(FIRST_DAY, "2026-02-17")
    mailbox.rcpt = {COLLEAGUE: "450 4.2.1 greylisted"}
    world.run("2026-02-18")
    mailbox.rcpt = {}
    world.run_daily("2026-02-19", "2026-02-20")

    assert went(world, "2026-02-20", "coordinator") == [("vro-coordinator", "02-18"), ("vro-coordinator2", "02-19")]


def test_who_refused_once_hears_it_when_the_mailbox_takes_mail_again(world: World, mailbox: Mailbox) -> None:
    world.run_daily(FIRST_DAY, "2026-03-03")
    mailbox.rcpt = {SECOND: "552 5.2.2 mailbox full"}
    world.run("2026-03-04")
    mailbox.rcpt = {}
    world.run_daily("2026-03-05", "2026-03-12")

    assert went(world, "2026-03-12", "project_lead") == [("leider2", "03-10"), ("projectleider", "03-04")]
