"""One mailbox, more than one contact: each notice is read in the role and for the ministry that it is for."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.journeys.handovers import HANDOVER, Folder, load, requests_told, text_of
from tests.journeys.mail_servers import FIRST_DAY, Mailbox, mails_to

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.journeys.world import World

SZW, DEPUTY, BZK = "szw-main@ministerie.example", "szw-deputy@ministerie.example", "bzk-main@ministerie.example"
LEADER = "projectleider@ipa.example"
FULL = "550 5.1.1 no such mailbox"


@pytest.fixture
def world(empty: World) -> World:
    return empty


def contacts(folder: Folder, *rows: tuple[str, ...], without: str = "") -> None:
    """Write these contacts before those of the folder that have another address than `without`."""
    with (folder.path / "contacts.csv").open(encoding="utf-8", newline="") as stream:
        header, *others = csv.reader(stream)
    with (folder.path / "contacts.csv").open("w", encoding="utf-8", newline="") as stream:
        kept = [row for row in others if row[2] != without]
        csv.writer(stream, lineterminator="\n").writerows([header, *rows, *kept])


def mails_on(mailbox: Mailbox, address: str, day: str) -> list[EmailMessage]:
    return [mail for mail in mails_to(mailbox, address) if day in mail["Date"]]


def asked(world: World, as_of: str, ministry: str, rung: str) -> set[str]:
    """Return the mailboxes that got this rung of the request of a ministry."""
    return {
        line.recipient
        for line in world.messages(as_of)
        if line.key.startswith(f"request:2025-Q4:{ministry}:{rung}:") and line.handed_over_at
    }


def test_a_deputy_who_becomes_the_main_contact_is_one_from_then_on(
    world: World, mailbox: Mailbox, folder: Folder
) -> None:
    new = "szw-nieuw@ministerie.example"
    contacts(
        folder,
        ("SZW", "Contactpunt", SZW, "main", "", "2026-02-10"),
        ("SZW", "Contactpunt", new, "deputy", "", "2026-02-10"),
        ("SZW", "Contactpunt", new, "main", "2026-02-11", ""),
        without=SZW,
    )
    load(world, folder, "2026-02-01")
    world.run_daily(FIRST_DAY, "2026-02-18")

    (mail,) = mails_on(mailbox, new, "18 Feb")
    assert text_of(mail).startswith("Beste contactpunt SZW,")
    assert "omdat u contactpunt van SZW bent" in text_of(mail)
    assert [part.get_content_type() for part in mail.iter_attachments()][-1] == "text/calendar"

    mailbox.rcpt[new] = FULL
    world.run_daily("2026-02-19", "2026-03-02")

    assert asked(world, "2026-03-02", "SZW", "H2") == {DEPUTY}


def test_who_is_main_contact_of_two_ministries_has_a_deputy_at_each(
    world: World, mailbox: Mailbox, folder: Folder
) -> None:
    contacts(folder, ("BZK", "Contactpunt", SZW, "main", "", ""), without=BZK)
    mailbox.rcpt[SZW] = FULL
    load(world, folder, "2026-02-01")
    world.run_daily(FIRST_DAY, "2026-02-06")

    told = {(line.recipient, line.ministry) for line in world.messages("2026-02-06") if line.reason == "stand_in"}
    assert told == {(DEPUTY, "SZW"), ("bzk-deputy@ministerie.example", "BZK")}
    assert asked(world, "2026-02-06", "SZW", "O") == {DEPUTY}
    assert asked(world, "2026-02-06", "BZK", "O") == {"bzk-deputy@ministerie.example"}


def test_a_projectleider_who_is_a_contact_too_reads_in_both_roles(
    world: World, mailbox: Mailbox, folder: Folder
) -> None:
    contacts(folder, ("SZW", "Contactpunt", LEADER, "main", "", ""), without=SZW)
    load(world, folder, "2026-02-01")
    world.run_daily(FIRST_DAY, "2026-03-18")

    (first,) = [text_of(mail) for mail in mails_on(mailbox, LEADER, "4 Feb") if "Beste" in text_of(mail)]
    assert "omdat u contactpunt van SZW bent in" in first
    escalations = [
        text_of(mail) for mail in mails_on(mailbox, LEADER, "18 Mar") if "Wilt u BZK bellen" in text_of(mail)
    ]
    assert "projectleider" in escalations[0].partition("omdat u ")[2].partition(" bent in")[0]


def test_who_stays_the_contact_of_a_ministry_with_another_name_is_not_told_that_it_went(
    world: World, mailbox: Mailbox, folder: Folder
) -> None:
    load(world, folder, "2026-02-01")
    world.run_daily(FIRST_DAY, "2026-02-09")
    folder.add("organisations.csv", ("WEU", "Ministerie WEU", "ministry", HANDOVER, "", "", "test"))
    folder.end("SZW", "WEU")
    contacts(folder, ("WEU", "Contactpunt", SZW, "main", HANDOVER, ""))
    load(world, folder, "2026-02-10")
    world.run_daily("2026-02-10", HANDOVER)

    (mail,) = mails_on(mailbox, SZW, "16 Feb")
    assert requests_told(world, HANDOVER) == [(HANDOVER, "taken_over", "szw-main")]
    assert text_of(mail).startswith("Beste contactpunt WEU,")
    assert "niet meer te doen" not in text_of(mail)
    assert "OVERGEGAAN" not in text_of(mail)
