"""A request comes with its form and its last day, and both stay what they were, however often it is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import icalendar
from sqlmodel import select

from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail import wire_bytes
from ipa_core.intake.programme_folder import read_programme
from ipa_core.reports.receipts import Outcome as Read
from ipa_core.store.attachments import AttachmentRow
from ipa_core.usecases import attach_files
from ipa_core.usecases.dispatch_outbox import dispatch_outbox
from ipa_core.usecases.load_programme import load_programme
from tests.journeys.handovers import Folder

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    import pytest

    from ipa_core.app import App
    from tests.journeys.world import World

EARLY, FIRST_DAY = "2026-02-04T07:00:00+01:00", "2026-02-04"
ABOUT_A_DOSSIER_OF_SZW = {"recommendation": "UIT-05", "status": "blocked"}
"""Said by a ministry that carries it along, so that the request to SZW stays open."""

SZW = "szw-main@ministerie.example"


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc] # bytes, as asked


def mail_to(world: World, recipient: str) -> EmailMessage:
    return next(mail for mail in world.mails() if mail["To"] == recipient)


def stored(app: App) -> list[tuple[int, str, bytes]]:
    return app.database.read(
        lambda session: [(row.message, row.name, row.content) for row in session.exec(select(AttachmentRow))]
    )


class Busy:
    """Puts off every message."""

    def __init__(self) -> None:
        self.seen: dict[str, bytes] = {}

    def deliver(self, message: EmailMessage) -> Handover:
        self.seen[message["To"]] = wire_bytes(message)
        return Handover(outcome=Outcome.DEFERRED, code="450")


def test_the_form_in_the_mail_can_be_sent_back_as_it_is(opened: World) -> None:
    mail = mail_to(opened, SZW)

    files = files_of(mail)
    receipt = opened.collect("2026-02-05", "terug.xlsx", files["ipa-uitvraag-2025-Q4-SZW.xlsx"])

    assert list(files) == ["ipa-uitvraag-2025-Q4-SZW.xlsx", "ipa-uitvraag-2025-Q4-SZW.ics"]
    assert receipt.outcome is Read.ACCEPTED
    assert "vul het formulier in de bijlage in" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr] # there is one


def test_the_last_day_is_the_due_date_of_the_request(opened: World) -> None:
    (event,) = icalendar.Calendar.from_ical(files_of(mail_to(opened, SZW))["ipa-uitvraag-2025-Q4-SZW.ics"]).walk(
        "VEVENT"
    )

    assert event.decoded("DTSTART").isoformat() == "2026-03-04"
    assert event["URL"].endswith("/verzoeken/2025-Q4/SZW")


def test_a_reminder_has_no_files(opened: World) -> None:
    opened.run("2026-02-18")

    reminders = [mail for mail in opened.mails() if "herinnering" in mail["Subject"]]
    assert reminders
    assert [files_of(mail) for mail in reminders] == [{}] * len(reminders)


def test_who_was_not_asked_before_gets_the_form_with_a_reminder(opened: World, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "programme")
    people = (folder.path / "contacts.csv").read_text("utf-8").splitlines()
    (here,) = [line for line in people if SZW in line]
    gone = [*here.split(",")[:-1], "2026-02-10"]
    kept = "\n".join(line for line in people if line != here)
    (folder.path / "contacts.csv").write_text(f"{kept}\n{','.join(gone)}\n", "utf-8")
    folder.add("contacts.csv", ("SZW", "Nieuw", "szw-nieuw@ministerie.example", "main", "2026-02-11", ""))
    at = opened.app.moment("2026-02-10").at
    opened.app.database.write(lambda session: load_programme(session, read_programme(folder.path), at=at))

    for day in ("2026-02-18", "2026-02-27", "2026-03-10"):
        opened.run(day)

    first, second, late = [mail for mail in opened.mails() if mail["To"] == "szw-nieuw@ministerie.example"][-3:]
    assert [list(files_of(mail)) for mail in (first, second, late)] == [
        ["ipa-uitvraag-2025-Q4-SZW.xlsx", "ipa-uitvraag-2025-Q4-SZW.ics"],
        [],
        [],
    ]
    assert "formulier in de bijlage" in first.get_body(("plain",)).get_content()  # type: ignore[union-attr] # there is one


def test_every_try_sends_the_same_bytes_whatever_was_said_meanwhile(world: World) -> None:
    world.run(EARLY)
    first, second = Busy(), Busy()
    sender = "IPA <ipa@ipa.example>"
    dispatch_outbox(world.app.database, "ipa", channel=first, sender=sender, now=lambda: world.app.moment(FIRST_DAY).at)  # type: ignore[arg-type] # a stand-in without the context manager
    world.answer("2026-02-04T10:01:00+01:00", "BZK", ABOUT_A_DOSSIER_OF_SZW)

    later = world.app.moment("2026-02-04T10:10:00+01:00").at
    dispatch_outbox(world.app.database, "ipa", channel=second, sender=sender, now=lambda: later)  # type: ignore[arg-type] # a stand-in without the context manager

    assert b"spreadsheetml" in first.seen[SZW]
    assert second.seen[SZW] == first.seen[SZW]


def test_a_message_that_nobody_tried_gets_the_form_of_today(world: World) -> None:
    world.run(EARLY)
    before = stored(world.app)
    world.answer("2026-02-04T08:00:00+01:00", "BZK", ABOUT_A_DOSSIER_OF_SZW)

    world.run("2026-02-04T08:01:00+01:00")
    after = stored(world.app)
    world.run("2026-02-04T08:02:00+01:00")

    assert {name for _, name, _ in set(after) - set(before)} == {"ipa-uitvraag-2025-Q4-SZW.xlsx"}
    assert stored(world.app) == after


def test_a_form_that_is_too_large_stays_behind_and_the_text_does_not_speak_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attach_files, "MOST_BYTES", 100)

    world.run(FIRST_DAY)

    mail = mail_to(world, SZW)
    assert list(files_of(mail)) == ["ipa-uitvraag-2025-Q4-SZW.ics"]
    assert "in de bijlage in" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr] # there is one


def test_looking_ahead_makes_no_files_and_no_key(world: World) -> None:
    world.app.load_shipped(world.app.moment("2026-02-03").at)

    world.app.rehearse("ipa", world.app.moment(FIRST_DAY).at, lambda _view, _run: None)

    assert stored(world.app) == []
    assert not world.app.settings.secret_key_file.exists()
