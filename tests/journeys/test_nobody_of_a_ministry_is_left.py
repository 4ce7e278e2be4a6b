"""Everybody who could read a rung leaves in mid-ladder: what comes after it goes all the same."""

from __future__ import annotations

from datetime import date, timedelta

from tests.journeys.handovers import Folder, load, text_of
from tests.journeys.mail_servers import FIRST_DAY, Mailbox, mails_to
from tests.journeys.world import World

OF_BZK = tuple(f"bzk-{role}@ministerie.example" for role in ("main", "deputy", "coordinator"))
LEADER, AANJAGER = "projectleider@ipa.example", "aanjager@ipa.example"


def leave(world: World, folder: Folder, mailboxes: tuple[str, ...], last: str) -> None:
    """Let these contacts have their last day, and load the folder on the day after."""
    contacts = folder.path / "contacts.csv"
    rows = [line.split(",") for line in contacts.read_text("utf-8").splitlines()]
    ended = [[*row[:-1], last] if row[2] in mailboxes else row for row in rows]
    contacts.write_text("".join(",".join(row) + "\n" for row in ended), "utf-8")
    load(world, folder, (date.fromisoformat(last) + timedelta(days=1)).isoformat())


def test_the_projectleider_hears_that_nobody_answers_when_all_contacts_left_before_the_notice(
    served: World, folder: Folder
) -> None:
    served.run_daily(FIRST_DAY, "2026-03-05")
    leave(served, folder, OF_BZK, "2026-03-05")
    served.run_daily("2026-03-06", "2026-03-20")

    lines = {line.key: line for line in served.messages("2026-03-20") if line.key.startswith("request:2025-Q4:BZK:")}
    escalation = lines[f"request:2025-Q4:BZK:E1:{LEADER}"]
    assert lines["request:2025-Q4:BZK:L2:"].why_not == "er is geen bereikbaar contactpunt"
    assert (escalation.state, f"{escalation.handed_over_at:%m-%d}") == ("handed_over", "03-18")


def test_the_aanjager_is_asked_to_call_when_the_projectleider_left_before_the_escalation(
    served: World, mailbox: Mailbox, folder: Folder
) -> None:
    served.run_daily(FIRST_DAY, "2026-03-12")
    leave(served, folder, (LEADER,), "2026-03-12")
    served.run_daily("2026-03-13", "2026-04-07")

    asked = text_of(mails_to(mailbox, AANJAGER)[-1])
    assert "BZK bellen over uitvraag 2025-Q4" in " ".join(asked.split())
