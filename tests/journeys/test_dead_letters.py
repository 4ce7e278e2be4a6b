"""A message died: what it was to tell is told by another one, and nobody else waits for it."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, col, update

from ipa_core.store import outbox
from ipa_core.store.outbox import OutboxMessageRow
from tests.journeys.handovers import Folder, load
from tests.journeys.mail_servers import FIRST_DAY, Mailbox, at, texts_to
from tests.journeys.world import World

SZW = "szw-main@ministerie.example"
NEW_AT_SZW = "szw-nieuw@ministerie.example"
AANJAGER, LEADER = "aanjager@ipa.example", "projectleider@ipa.example"
SPAM = "554 5.7.1 looks like spam"


@pytest.fixture
def world(empty: World, folder: Folder) -> World:
    """Return a monitor in which SZW has no deputy."""
    contacts = folder.path / "contacts.csv"
    contacts.write_text(re.sub("^SZW,.*,deputy,,\n", "", contacts.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    load(empty, folder, "2026-02-01")
    return empty


def openings(world: World, as_of: str, recipient: str) -> set[str]:
    """Return the signals of which the opening reached a mailbox."""
    return {
        line.key.rsplit(":", 3)[0]
        for line in world.messages(as_of)
        if line.rung == "opening" and line.recipient == recipient and line.handed_over_at
    }


def told_to_leader(world: World, as_of: str) -> dict[str, str]:
    """Return where what tells the projectleider of a request or a signal stands."""
    rungs = ("E1", "project_lead", "critical")
    return {line.key: line.state for line in world.messages(as_of) if line.rung in rungs and line.recipient == LEADER}


def meant_for_szw(world: World) -> set[str]:
    return {
        line.key.rsplit(":", 3)[0]
        for line in world.messages(FIRST_DAY)
        if line.rung == "opening" and line.recipient == SZW and line.state != "suppressed"
    }


def test_what_a_refused_message_told_goes_once_the_mailbox_takes_mail_again(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {SZW: SPAM}
    world.run(FIRST_DAY)
    expected = meant_for_szw(world)
    mailbox.data = {}
    world.run_daily("2026-02-05", "2026-02-20")

    assert len(expected) > 1
    assert openings(world, "2026-02-20", SZW) == expected
    reminder, signals = texts_to(mailbox, SZW)[:2]
    assert "Wij hebben nog geen antwoord." in reminder
    assert f"SIGNALEN ({len(expected)})" in signals


def test_what_a_refused_message_told_goes_to_the_new_contact(world: World, mailbox: Mailbox, folder: Folder) -> None:
    mailbox.rcpt = {SZW: "550 5.1.1 no such mailbox"}
    world.run(FIRST_DAY)
    expected = meant_for_szw(world)
    contacts = folder.path / "contacts.csv"
    contacts.write_text(contacts.read_text("utf-8").replace(f"{SZW},main,,", f"{SZW},main,,2026-02-05"), "utf-8")
    folder.add("contacts.csv", ("SZW", "Nieuw contactpunt", NEW_AT_SZW, "main", "2026-02-06", ""))
    load(world, folder, "2026-02-05")
    world.run_daily("2026-02-05", "2026-02-12")

    assert openings(world, "2026-02-12", NEW_AT_SZW) == expected
    assert [card for card in world.signals("2026-02-12") if card.signal.rule == "M01"] == []


def test_an_escalation_that_was_refused_goes_once_the_mailbox_takes_mail_again(served: World, mailbox: Mailbox) -> None:
    served.run_daily(FIRST_DAY, "2026-03-17")
    mailbox.rcpt = {LEADER: "552 5.2.2 mailbox full"}
    served.run("2026-03-18")
    refused = {key for key, state in told_to_leader(served, "2026-03-18").items() if state == "dead"}
    mailbox.rcpt = {}
    served.answer("2026-03-19", "BZK", {"recommendation": "ZIC-01", "unchanged": True})
    served.run_daily("2026-03-19", "2026-04-02")

    after = told_to_leader(served, "2026-04-02")
    assert len(refused) > 1
    assert {key: after[key] for key in refused} == {
        key: "skipped" if key == f"request:2025-Q4:BZK:E1:{LEADER}" else "handed_over" for key in refused
    }


def test_what_the_aanjager_was_asked_is_asked_on_when_the_projectleider_can_be_reached_again(
    served: World, mailbox: Mailbox
) -> None:
    served.run_daily(FIRST_DAY, "2026-03-17")
    mailbox.rcpt = {LEADER: "552 5.2.2 mailbox full"}
    served.run_daily("2026-03-18", "2026-04-07")
    mailbox.rcpt = {}
    served.run_daily("2026-04-08", "2026-04-20")

    asked = [text.count("bellen over uitvraag 2025-Q4") for text in texts_to(mailbox, AANJAGER)]
    assert asked[-3:] == [6, 6, 6]


def test_a_refused_message_counts_in_the_digest_of_its_week(world: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {SZW: "550 5.1.1 no such mailbox"}
    world.run(FIRST_DAY)
    world.run("2026-02-09")

    (digest,) = texts_to(mailbox, AANJAGER)
    assert " en 1 bericht is niet bezorgd. Er is geen bericht vergeten." in " ".join(digest.split())
    since = world.app.moment("2026-02-10").at
    assert world.app.database.read(lambda session: outbox.count_failed(session, "ipa", since=since)) == 0


def test_a_refused_message_counts_also_when_the_deputy_heard_what_was_in_it(served: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {SZW: "550 5.1.1 no such mailbox"}
    served.run(FIRST_DAY)
    mailbox.rcpt = {}
    served.run("2026-02-05")
    served.run("2026-02-09")

    assert texts_to(mailbox, "szw-deputy@ministerie.example") != []
    (digest,) = texts_to(mailbox, AANJAGER)
    assert " en 1 bericht is niet bezorgd." in " ".join(digest.split())


def test_a_message_that_may_have_arrived_is_not_told_again(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {SZW: "drop"}
    world.run(FIRST_DAY)
    world.dispatch(at("10:31:00"))
    world.dispatch(at("11:31:00"))
    mailbox.data = {}
    world.run_daily("2026-02-05", "2026-02-20")

    (dead,) = [line for line in world.messages("2026-02-20") if line.rung == "O" and line.recipient == SZW]
    assert (dead.state, dead.is_doubtful) == ("dead", True)
    assert openings(world, "2026-02-20", SZW) == set()


def test_the_digest_after_a_dead_one_tells_what_the_dead_one_did(world: World, mailbox: Mailbox) -> None:
    world.run_daily(FIRST_DAY, "2026-02-06")
    mailbox.data = {AANJAGER: SPAM}
    world.run("2026-02-09")
    mailbox.data = {}
    world.run_daily("2026-02-10", "2026-02-16")

    (late,) = texts_to(mailbox, AANJAGER)
    first, second = texts_to(mailbox, "projectleider@ipa.example")[:2]
    assert "Dit is uw eerste overzicht. Tot nu toe: 63 nieuw," in first
    assert "Sinds het vorige overzicht: 1 nieuw," in second
    assert "Dit is uw eerste overzicht. Tot nu toe: 64 nieuw," in late


def test_an_address_that_makes_no_mail_keeps_nobody_waiting(world: World, mailbox: Mailbox) -> None:
    world.run(at("07:00:00"))
    with Session(world.app.database.engine) as session:
        session.execute(
            update(OutboxMessageRow)
            .where(col(OutboxMessageRow.recipient) == SZW)
            .values(recipient="szw/main@x.example")
        )
        session.commit()
    world.run(FIRST_DAY)
    world.run("2026-02-05")

    assert len(mailbox.recipients) == 5 + 1
    assert mailbox.recipients[-1] == "beheer"
    (dead,) = [line for line in world.messages("2026-02-05") if line.rung == "O" and line.state == "dead"]
    assert (dead.attempts, dead.why_not) == (1, "hier is geen mail van te maken: het adres klopt niet")
