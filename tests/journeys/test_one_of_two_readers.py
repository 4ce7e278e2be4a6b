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


@pytest.mark.parametrize(
    ("rung", "reader", "reply", "days", "heard"),
    [
        pytest.param(
            "coordinator",
            COLLEAGUE,
            "450 4.2.1 greylisted",
            ("2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"),
            [("vro-coordinator", "02-18"), ("vro-coordinator2", "02-19")],
            id="who was put off hears it the next day",
        ),
        pytest.param(
            "project_lead",
            SECOND,
            "552 5.2.2 mailbox full",
            ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-12"),
            [("leider2", "03-10"), ("projectleider", "03-04")],
            id="who refused once hears it when the mailbox takes mail again",
        ),
    ],
)
def test_who_had_trouble_once_hears_it_later(
    world: World,
    mailbox: Mailbox,
    rung: str,
    reader: str,
    reply: str,
    days: tuple[str, str, str, str],
    heard: list[tuple[str, str]],
) -> None:
    before, trouble_on, after, last = days
    world.run_daily(FIRST_DAY, before)
    mailbox.rcpt = {reader: reply}
    world.run(trouble_on)
    mailbox.rcpt = {}
    world.run_daily(after, last)

    assert went(world, last, rung) == heard
