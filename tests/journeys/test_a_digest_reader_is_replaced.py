"""Who comes in the place of a reader of the digest hears what nobody in that role heard, and that it is the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.handovers import Folder, load
from tests.journeys.mail_servers import FIRST_DAY, Mailbox, texts_to

if TYPE_CHECKING:
    from tests.journeys.world import World

LEFT, CAME = "projectleider@ipa.example", "opvolger@ipa.example"
STUCK = {"recommendation": "GEZ-01", "status": "blocked", "note": "Wij wachten"}
TOLD = "stilgevallen: GEZ-01"


def replace_reader(world: World, folder: Folder) -> None:
    """Let another person have the role from Tuesday 17 February on."""
    contacts = folder.path / "contacts.csv"
    ends = contacts.read_text("utf-8").replace(f"{LEFT},project_lead,,", f"{LEFT},project_lead,,2026-02-16")
    contacts.write_text(ends, "utf-8")
    folder.add("contacts.csv", ("IPA", "Opvolger", CAME, "project_lead", "2026-02-17", ""))
    load(world, folder, "2026-02-16T18:00:00+01:00")


def first_text(mailbox: Mailbox, address: str = CAME) -> str:
    return " ".join(texts_to(mailbox, address)[0].split())


def test_what_the_one_before_did_not_get_is_told_to_who_came(served: World, mailbox: Mailbox, folder: Folder) -> None:
    served.run(FIRST_DAY)
    served.run("2026-02-09")
    served.answer("2026-02-10", "VWS", STUCK)
    mailbox.rcpt = {LEFT: "550 5.1.1 no such mailbox"}
    served.run("2026-02-16")
    replace_reader(served, folder)

    served.run("2026-02-23")

    text = first_text(mailbox)
    assert "Dit is uw eerste overzicht. Sinds het overzicht van 9 februari 2026: " in text
    assert TOLD in text
    assert TOLD not in texts_to(mailbox, "aanjager@ipa.example")[-1]


def test_what_the_one_before_did_get_is_not_told_again(served: World, mailbox: Mailbox, folder: Folder) -> None:
    served.run(FIRST_DAY)
    served.answer("2026-02-10", "VWS", STUCK)
    served.run("2026-02-16")
    replace_reader(served, folder)

    served.run("2026-02-23")
    served.run("2026-03-02")

    text = first_text(mailbox)
    assert "Dit is uw eerste overzicht. Sinds het overzicht van 16 februari 2026: " in text
    assert TOLD not in text
    assert TOLD in first_text(mailbox, LEFT)
    assert "Sinds het vorige overzicht: " in texts_to(mailbox, CAME)[1]


def test_in_a_role_that_nobody_had_before_all_is_new(served: World, mailbox: Mailbox, folder: Folder) -> None:
    contacts = folder.path / "contacts.csv"
    rows = [row for row in contacts.read_text("utf-8").splitlines() if ",aanjager," not in row]
    contacts.write_text("\n".join(rows) + "\n", "utf-8")
    folder.add("contacts.csv", ("IPA", "Aanjager", CAME, "aanjager", "2026-02-17", ""))
    folder.add("contacts.csv", ("IPA", "Vertrokken", "aanjager@ipa.example", "aanjager", "", "2026-02-01"))
    load(served, folder, "2026-02-03")
    served.run(FIRST_DAY)
    served.run("2026-02-16")

    served.run("2026-02-23")

    text = first_text(mailbox)
    assert "Dit is uw eerste overzicht. Tot nu toe: " in text
    assert "Tot nu toe: 0 nieuw" not in text


def test_who_has_the_role_beside_another_hears_what_went_past(served: World, mailbox: Mailbox, folder: Folder) -> None:
    folder.add("contacts.csv", ("IPA", "Tweede", CAME, "project_lead", "2026-02-01", ""))
    load(served, folder, "2026-02-03")
    served.run(FIRST_DAY)
    served.run("2026-02-09")
    served.answer("2026-02-10", "VWS", STUCK)
    mailbox.rcpt = {CAME: "550 5.1.1 no such mailbox"}
    served.run("2026-02-16")
    mailbox.rcpt = {}

    served.run("2026-02-23")

    assert TOLD in texts_to(mailbox, CAME)[-1]
    assert TOLD not in texts_to(mailbox, LEFT)[-1]
