"""A request stays unanswered: who takes that up, who comes in the place of whom, and what the ladder does then."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from tests.journeys.handovers import Folder, load, text_of
from tests.journeys.mail_servers import EVERYBODY, FIRST_DAY, Mailbox, at, mails_to
from tests.journeys.world import World

SZW, NEW = "szw-main@ministerie.example", "szw-nieuw@ministerie.example"
DEPUTY, COORDINATOR = "szw-deputy@ministerie.example", "szw-coordinator@ministerie.example"
LEADER = "projectleider@ipa.example"
UNANSWERED = "ipa:K01:2025-Q4:SZW:1"
FULL = "550 5.1.1 no such mailbox"


def rungs(world: World, as_of: str, *kinds: str) -> list[tuple[str, str, str]]:
    """What went about the request of SZW at these rungs: day, rung and mailbox without its domain."""
    return sorted(
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0])
        for line in world.messages(as_of)
        if line.about == "2025-Q4:SZW" and line.rung in kinds and line.handed_over_at
    )


def take_up(world: World, as_of: str, kind: str, until: date) -> None:
    step = "Invullen" if kind == "acknowledge" else ""
    said = Act(kind=kind, about=UNANSWERED, by=SZW, reason="Wij wachten op cijfers", until=until, next_step=step)
    moment = world.app.moment(as_of).at
    world.app.database.write(lambda session: decide(session, "ipa", said, at=moment))


def replace_contact(folder: Folder, old: str, *new: tuple[str, ...], without: tuple[str, ...] = ()) -> None:
    """Take these mailboxes out of the folder and add others."""
    path = folder.path / "contacts.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.reader(stream) if row[2] not in (old, *without)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([*rows, *new])


@pytest.mark.parametrize(("kind", "until"), [("acknowledge", date(2026, 3, 20)), ("snooze", date(2026, 3, 20))])
def test_days_on_which_it_is_in_hand_do_not_count(opened: World, kind: str, until: date) -> None:
    opened.run_daily("2026-02-05", "2026-03-10")
    take_up(opened, "2026-03-10T12:00:00+01:00", kind, until)
    opened.run("2026-03-11")
    ahead = {line.why_not for line in opened.messages("2026-03-11") if line.key.startswith("request:2025-Q4:SZW:L2:")}
    opened.run_daily("2026-03-12", "2026-04-01")

    assert len(ahead) == 1
    assert "tot en met" in ahead.pop()
    assert {(day, rung) for day, rung, _ in rungs(opened, "2026-04-01", "L1", "L2", "E1")} == {
        ("2026-03-09", "L1"),
        ("2026-03-24", "L2"),
        ("2026-03-31", "E1"),
    }


def test_what_no_mail_server_saw_waits_as_well(served: World, mailbox: Mailbox) -> None:
    served.run_daily(FIRST_DAY, "2026-03-10")
    mailbox.rcpt = {EVERYBODY: "421 4.3.2 service not available"}
    served.run_daily("2026-03-11", "2026-03-12")
    take_up(served, "2026-03-12T15:00:00+01:00", "snooze", date(2026, 3, 16))
    mailbox.rcpt = {}
    served.run_daily("2026-03-13", "2026-03-18")

    assert {(day, rung) for day, rung, _ in rungs(served, "2026-03-18", "L2")} == {("2026-03-17", "L2")}


def test_the_aanjager_is_not_asked_about_what_is_in_hand(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-04-02")
    take_up(opened, "2026-04-02T12:00:00+02:00", "acknowledge", date(2026, 4, 15))
    opened.run_daily("2026-04-03", "2026-04-20")

    asked = {
        mail["Date"][5:11]: "SZW bellen over uitvraag" in " ".join(text_of(mail).split())
        for mail in opened.mails()
        if mail["To"].startswith("aanjager") and mail["Date"][8:11] == "Apr"
    }
    assert asked == {"07 Apr": False, "13 Apr": False, "20 Apr": True}


def test_who_comes_in_the_place_of_somebody_whom_nothing_reached_is_asked_at_once(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, DEPUTY)
    mailbox.rcpt[SZW] = FULL
    load(empty, folder, "2026-02-01")
    empty.run(FIRST_DAY)
    replace_contact(folder, SZW, ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00"))
    empty.run_daily("2026-02-05", "2026-02-20")

    assert rungs(empty, "2026-02-20", "O", "H1") == [
        ("2026-02-05", "O", "szw-nieuw"),
        ("2026-02-18", "H1", "szw-nieuw"),
    ]


def test_who_is_asked_for_the_first_time_is_not_called_late_while_somebody_has_that_in_hand(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, DEPUTY)
    mailbox.rcpt[SZW] = FULL
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-10")
    take_up(empty, "2026-03-10T12:00:00+01:00", "acknowledge", date(2026, 3, 18))
    replace_contact(folder, SZW, ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00", "2026-03-10"))
    empty.run_daily("2026-03-11", "2026-03-19")

    assert rungs(empty, "2026-03-19", "L1", "L2") == [("2026-03-19", "L1", "szw-nieuw")]


def test_what_was_planned_for_who_came_late_waits_when_somebody_takes_it_up_before_it_goes(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, DEPUTY)
    mailbox.rcpt[SZW] = FULL
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-11")
    replace_contact(folder, SZW, ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00", "2026-03-11"))
    empty.app.detect("ipa", empty.app.moment(at("15:30", "2026-03-11")).at)
    take_up(empty, at("16:00", "2026-03-11"), "acknowledge", date(2026, 3, 13))
    empty.run_daily("2026-03-12", "2026-03-16")

    assert rungs(empty, "2026-03-16", "L2") == [
        ("2026-03-11", "L2", "szw-coordinator"),
        ("2026-03-16", "L2", "szw-nieuw"),
    ]


def test_a_new_deputy_hears_what_the_main_contact_refused_when_it_is_no_longer_in_hand(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, DEPUTY)
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-06")
    mailbox.rcpt[SZW] = FULL
    empty.run("2026-03-09")
    take_up(empty, "2026-03-09T12:00:00+01:00", "acknowledge", date(2026, 3, 12))
    replace_contact(folder, "", ("SZW", "Vervanger", DEPUTY, "deputy", "", ""))
    load(empty, folder, at("15:00", "2026-03-09"))
    empty.run_daily("2026-03-10", "2026-03-11")
    ahead = {line.why_not for line in empty.messages("2026-03-11") if line.key == f"request:2025-Q4:SZW:L1:{DEPUTY}"}
    empty.run_daily("2026-03-12", "2026-03-13")

    assert ahead == {"opgepakt tot en met 2026-03-12"}
    assert rungs(empty, "2026-03-13", "L1") == [("2026-03-13", "L1", "szw-deputy")]


def test_nobody_is_reminded_of_the_due_date_while_somebody_has_in_hand_that_it_passed(
    empty: World, folder: Folder
) -> None:
    programme = folder.path / "programme.toml"
    programme.write_text(programme.read_text("utf-8").replace("grace = 2", "grace = 0"), "utf-8")
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-03")
    World(empty.home, mail_url="smtp://127.0.0.1:9").run_daily("2026-03-04", "2026-03-05")
    take_up(empty, "2026-03-05T12:00:00+01:00", "acknowledge", date(2026, 3, 9))
    empty.run_daily("2026-03-06", "2026-03-10")

    assert rungs(empty, "2026-03-10", "H3", "L1") == [
        ("2026-03-10", "L1", "szw-deputy"),
        ("2026-03-10", "L1", "szw-main"),
    ]


def test_who_comes_after_the_notice_gets_the_notice_and_not_what_went_before(empty: World, folder: Folder) -> None:
    replace_contact(folder, SZW, without=(DEPUTY,))
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-11")
    replace_contact(folder, "", ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00", "2026-03-11"))
    empty.run_daily("2026-03-12", "2026-03-18")

    assert rungs(empty, "2026-03-18", "H3", "L1", "L2", "E1") == [
        ("2026-03-11", "L2", "szw-coordinator"),
        ("2026-03-12", "L2", "szw-nieuw"),
        ("2026-03-18", "E1", "projectleider"),
    ]
    why = {line.why_not for line in empty.messages("2026-03-18") if line.key == f"request:2025-Q4:SZW:L1:{NEW}"}
    assert why == {"ingehaald door L2"}


def test_who_can_be_reached_again_after_the_escalation_is_not_told_that_it_is_to_come(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, SZW, without=(DEPUTY,))
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-18")
    replace_contact(folder, "", ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00", "2026-03-18"))
    empty.run("2026-03-19")

    (mail,) = mails_to(mailbox, NEW)
    assert "is te laat" in mail["Subject"]
    assert "voor aan de projectleider" not in text_of(mail)
    assert rungs(empty, "2026-03-19", "L1") == []


def test_who_comes_when_only_the_projectleider_heard_is_asked_after_all(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, SZW, without=(DEPUTY, COORDINATOR))
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-18")
    replace_contact(folder, "", ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00", "2026-03-18"))
    empty.run_daily("2026-03-19", "2026-03-20")

    assert rungs(empty, "2026-03-20", "H3", "L1", "L2", "E1") == [
        ("2026-03-18", "E1", "projectleider"),
        ("2026-03-19", "L2", "szw-nieuw"),
    ]
    (mail,) = mails_to(mailbox, NEW)
    assert "voor aan de projectleider" not in text_of(mail)


def test_what_is_said_again_and_could_not_go_is_not_said_beside_the_next_reminder(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_contact(folder, DEPUTY)
    mailbox.rcpt[SZW] = FULL
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-02-16")
    replace_contact(folder, SZW, ("SZW", "Contactpunt", NEW, "main", "", ""))
    load(empty, folder, at("15:00", "2026-02-16"))
    World(empty.home, mail_url="smtp://127.0.0.1:9").run("2026-02-17")
    empty.run_daily("2026-02-18", "2026-02-20")

    assert rungs(empty, "2026-02-20", "O", "H1") == [("2026-02-18", "H1", "szw-nieuw")]
    why = {line.why_not for line in empty.messages("2026-02-20") if line.key == f"request:2025-Q4:SZW:O:{NEW}"}
    assert why == {"ingehaald door H1"}


def test_a_new_projectleider_hears_what_the_one_before_could_not(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    load(empty, folder, "2026-02-01")
    empty.run_daily(FIRST_DAY, "2026-03-17")
    mailbox.rcpt[LEADER] = FULL
    empty.run("2026-03-18")
    replace_contact(folder, LEADER, ("IPA", "Projectleider", "leider2@ipa.example", "project_lead", "", ""))
    load(empty, folder, at("15:00", "2026-03-18"))
    empty.run_daily("2026-03-19", "2026-03-20")

    assert rungs(empty, "2026-03-20", "E1") == [("2026-03-19", "E1", "leider2")]
