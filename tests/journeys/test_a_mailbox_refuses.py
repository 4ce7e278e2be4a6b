"""A mailbox refuses a message: the deputy hears it instead, once, and the administrator hears that it was refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from tests.journeys.handovers import ZIC, Folder, load
from tests.journeys.mail_servers import EVERYBODY, FIRST_DAY, Mailbox, alarms, at, opening
from tests.journeys.test_a_signal_gets_worse import SHIFT, plan
from tests.journeys.test_nobody_takes_it_up import told
from tests.journeys.world import World

BZK = "bzk-main@ministerie.example"
SZW = "szw-main@ministerie.example"
BZK_DEPUTY = "bzk-deputy@ministerie.example"
BEHEERDER = "beheer@ipa.example"
LEADER = "projectleider@ipa.example"
OF_BZK = "ipa:V01:ZIC-03:1"


day = date.fromisoformat


def decided(served: World, as_of: str, **what: Any) -> None:
    moment = served.app.moment(as_of)
    act = Act(about=OF_BZK, by=BZK, reason="Zo is het besproken", **what)
    served.app.database.write(lambda session: decide(session, "ipa", act, at=moment.at))


def replace_main(served: World, folder: Folder, last: str, first: str) -> None:
    """Let another main contact come after the last day of this one."""
    contacts = folder.path / "contacts.csv"
    contacts.write_text(contacts.read_text("utf-8").replace(f"{BZK},main,,", f"{BZK},main,,{last}"), "utf-8")
    folder.add("contacts.csv", ("BZK", "Nieuw", "bzk-nieuw@ministerie.example", "main", first, ""))
    load(served, folder, "2026-02-01")


def test_a_refused_message_is_dead_at_once_and_goes_to_the_deputy_and_the_administrator_hears(
    served: World, mailbox: Mailbox
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    first = served.run(FIRST_DAY)
    served.run("2026-02-05")
    on_the_second_day = alarms(served, "2026-02-05")
    mailbox.rcpt = {}
    served.run("2026-02-06")
    served.run("2026-02-09")

    assert first.as_json(open_signals=0)["messages"]["dead"] == 1
    assert mailbox.recipients.count("bzk-main") == 0
    assert mailbox.recipients[5:7] == ["beheer", "bzk-deputy"]
    assert on_the_second_day == [("BZK", FIRST_DAY, "open")]
    assert alarms(served, "2026-02-09", is_all=True) == [("BZK", FIRST_DAY, "resolved")]
    dead, stand_in = opening(served, "2026-02-09"), opening(served, "2026-02-09", BZK_DEPUTY)
    assert (dead.state, dead.attempts) == ("dead", 1)
    assert dead.why_not == "geweigerd door de mailserver (550); naar het vervangende contactpunt"
    assert (stand_in.state, stand_in.reason) == ("handed_over", "stand_in")
    assert [line.key for line in served.messages("2026-02-09") if line.recipient == BEHEERDER] == [
        "signal:ipa:M01:message:1:1:1:opening:beheer@ipa.example"
    ]


def test_what_the_deputy_should_hear_is_not_lost_when_the_plan_is_made_again(served: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run(at("09:00:00"))
    served.app.detect("ipa", served.app.moment(at("12:00:00")).at)
    served.answer(at("12:10:00"), "SZW", {"recommendation": "POS-01", "status": "in_progress"})
    served.dispatch(at("12:30:00"))

    lines = [line for line in served.messages(at("12:30:00")) if line.rung != "mention"]
    told = {line.about for line in lines if line.recipient == BZK_DEPUTY and line.handed_over_at}
    assert told == {line.about for line in lines if line.recipient == BZK and line.state == "dead"}
    assert len(told) > 1


def test_a_deputy_hears_the_latest_reminder_and_not_what_it_overtook(served: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run(FIRST_DAY)
    served.run("2026-02-25")
    served.run("2026-02-26")

    lines = [line for line in served.messages("2026-02-26") if line.key.startswith("request:")]
    told = [(line.rung, line.handed_over_at) for line in lines if line.recipient == BZK_DEPUTY]
    assert [(rung, f"{at:%m-%d}") for rung, at in told if at is not None] == [("H1", "02-26")]
    assert {line.rung for line in lines if line.recipient == BZK and line.state == "dead"} == {"O", "H1"}


def test_nobody_hears_that_nobody_reacts_on_the_day_on_which_the_deputy_first_hears(
    served: World, mailbox: Mailbox
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run(FIRST_DAY)
    served.run("2026-02-25")
    served.run_daily("2026-02-26", "2026-03-11")

    lines = [line for line in served.messages("2026-03-11") if line.key.startswith("signal:ipa:V01:ZIC-03:")]
    went = [(line.rung, line.recipient, line.handed_over_at) for line in lines if line.handed_over_at]
    days = {rung: f"{at:%m-%d}" for rung, to, at in went if to in (BZK_DEPUTY, "bzk-coordinator@ministerie.example")}
    assert days == {"opening": "02-25", "repeat": "03-05", "coordinator": "03-11"}


def test_a_new_main_contact_does_not_hear_the_repeat_that_the_deputy_hears_that_day(
    served: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_main(served, folder, "2026-02-11", "2026-02-12")
    served.run_daily(FIRST_DAY, "2026-02-10")
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run_daily("2026-02-11", "2026-02-20")

    lines = [line for line in served.messages("2026-02-20") if line.key.startswith(f"signal:{OF_BZK}:1:repeat:")]
    went = [(f"{line.handed_over_at:%m-%d}", line.recipient) for line in lines if line.handed_over_at]
    assert went == [("02-12", BZK_DEPUTY), ("02-19", "bzk-nieuw@ministerie.example")]


def test_a_new_main_contact_is_not_asked_what_the_deputy_is_asked_that_day(
    served: World, mailbox: Mailbox, folder: Folder
) -> None:
    replace_main(served, folder, FIRST_DAY, "2026-02-05")
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run_daily(FIRST_DAY, "2026-02-18")

    lines = [line for line in served.messages("2026-02-18") if line.key.startswith("request:2025-Q4:BZK:")]
    went = [(f"{line.handed_over_at:%m-%d}", line.rung, line.recipient) for line in lines if line.handed_over_at]
    assert went == [("02-05", "O", BZK_DEPUTY), ("02-18", "H1", "bzk-nieuw@ministerie.example")]


def test_a_deputy_does_not_hear_of_the_end_of_a_snooze_once_somebody_took_the_signal_up(
    served: World, mailbox: Mailbox
) -> None:
    served.run(FIRST_DAY)
    decided(served, "2026-02-05T11:00:00+01:00", kind="snooze", until=date(2026, 2, 10))
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run("2026-02-11")
    until = date(2026, 2, 18)
    decided(served, "2026-02-11T15:00:00+01:00", kind="acknowledge", next_step="Overleg", until=until)
    served.run_daily("2026-02-12", "2026-02-24")

    ends = [line for line in served.messages("2026-02-24") if line.key.startswith(f"signal:{OF_BZK}:1:snooze_ended:")]
    assert [(line.recipient, line.state) for line in ends] == [(BZK, "dead")]


@pytest.mark.parametrize(
    ("first", "second", "heard"),
    [
        pytest.param("2026-02-10", "2026-02-16", "2026-02-17", id="longer"),
        pytest.param("2026-02-16", "2026-02-10", "2026-02-11", id="shorter"),
    ],
)
def test_what_a_deputy_should_hear_waits_as_long_as_the_last_decision_says(
    first: str, second: str, heard: str, served: World, mailbox: Mailbox
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run(FIRST_DAY)
    decided(served, "2026-02-04T15:00:00+01:00", kind="acknowledge", next_step="Overleg", until=day(first))
    served.run_daily("2026-02-05", "2026-02-06")
    decided(served, "2026-02-06T15:00:00+01:00", kind="acknowledge", next_step="Overleg", until=day(second))
    served.run_daily("2026-02-09", "2026-02-18")

    assert told(served, "2026-02-18", OF_BZK)[0] == (heard, "opening", "bzk-deputy")


def test_a_deputy_hears_at_once_that_it_weighs_more(served: World, mailbox: Mailbox) -> None:
    served.run(FIRST_DAY)
    plan(served, "2026-02-05", "2026-07-01")
    plan(served, "2026-02-06", "2027-01-04")
    served.run("2026-02-06")
    taken = Act(
        kind="acknowledge",
        about=SHIFT,
        by=SZW,
        reason="Zo is het besproken",
        next_step="Overleg",
        until=day("2026-02-16"),
    )
    moment = served.app.moment("2026-02-06T15:00:00+01:00")
    served.app.database.write(lambda session: decide(session, "ipa", taken, at=moment.at))
    mailbox.rcpt = {SZW: "550 5.1.1 no such mailbox"}
    plan(served, "2026-02-10", "2027-07-05")
    served.run_daily("2026-02-10", "2026-02-12")

    assert [one for one in told(served, "2026-02-12", SHIFT) if one[1] == "worse"] == [
        ("2026-02-11", "worse", "szw-deputy")
    ]


def test_a_deputy_who_was_left_out_before_hears_what_the_main_contact_refused(
    empty: World, mailbox: Mailbox, folder: Folder
) -> None:
    contacts = folder.path / "contacts.csv"
    contacts.write_text(contacts.read_text("utf-8").replace(f"{BZK},main,,", f"{BZK},main,2026-02-06,"), "utf-8")
    load(empty, folder, "2026-02-01")
    mailbox.rcpt = {EVERYBODY: "421 4.3.2 service not available"}
    empty.run_daily(FIRST_DAY, "2026-02-05")
    before = opening(empty, "2026-02-05", BZK_DEPUTY).state
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    empty.run("2026-02-06")
    left_out = opening(empty, "2026-02-06", BZK_DEPUTY)
    empty.run("2026-02-09")

    assert before in ("queued", "retrying")
    assert (left_out.state, left_out.why_not) == ("skipped", "het contactpunt is vervangen")
    heard = opening(empty, "2026-02-09", BZK_DEPUTY)
    assert (heard.state, heard.reason) == ("handed_over", "stand_in")


def test_what_main_contact_and_deputy_both_refused_goes_to_one_of_them_later(served: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = dict.fromkeys((BZK, BZK_DEPUTY), "552 5.2.2 mailbox full")
    served.run_daily(FIRST_DAY, "2026-02-06")
    mailbox.rcpt = {}
    served.run_daily("2026-02-09", "2026-02-24")

    went = [one for one in told(served, "2026-02-24", OF_BZK) if one[1] == "opening"]
    assert len(went) == 1


def test_a_deputy_who_left_hears_nothing_and_the_next_one_does(served: World, mailbox: Mailbox, folder: Folder) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    served.run(at("09:00:00"))
    served.app.detect("ipa", served.app.moment(at("18:00:00")).at)
    contacts = folder.path / "contacts.csv"
    contacts.write_text(
        contacts.read_text("utf-8").replace(f"{BZK_DEPUTY},deputy,,", f"{BZK_DEPUTY},deputy,,{FIRST_DAY}")
    )
    folder.add("contacts.csv", ("BZK", "Nieuw", "bzk-nieuw@ministerie.example", "deputy", "2026-02-05", ""))
    load(served, folder, "2026-02-05T08:00:00+01:00")
    served.run("2026-02-05")

    assert "bzk-deputy" not in mailbox.recipients
    assert mailbox.recipients.count("bzk-nieuw") == 1


def test_what_passed_to_another_ministry_is_not_told_to_the_deputy_of_the_former(
    served: World, mailbox: Mailbox, folder: Folder
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    load(served, folder, "2026-02-01")
    served.run(at("09:00:00"))
    served.app.detect("ipa", served.app.moment(at("18:00:00")).at)
    folder.pass_on(ZIC, "VWS", source="BZK", on="2026-02-05")
    load(served, folder, "2026-02-05T08:00:00+01:00")
    served.run("2026-02-05")

    lines = {line.about: line for line in served.messages("2026-02-05") if line.recipient == BZK_DEPUTY}
    opening_of_zic = lines["ipa:V01:ZIC-03:1"]
    assert (opening_of_zic.reason, opening_of_zic.state) == ("stand_in", "skipped")
    assert opening_of_zic.why_not == "een ander ministerie trekt dit dossier nu"


def test_the_deputy_stands_in_for_a_first_handover_and_for_a_second(
    served: World, mailbox: Mailbox, folder: Folder
) -> None:
    vws = "vws-main@ministerie.example"
    folder.pass_on(ZIC[:3], "VWS", source="BZK", on="2026-02-16")
    folder.pass_on(ZIC[3:], "VWS", source="BZK", on="2026-02-23")
    load(served, folder, FIRST_DAY)
    served.run_daily(FIRST_DAY, "2026-02-13")
    mailbox.rcpt = {vws: "550 5.1.1 no such mailbox"}
    served.run_daily("2026-02-16", "2026-02-27")

    assert [
        (line.handed_over_at.date().isoformat(), line.key.removeprefix("request:2025-Q4:VWS:"))
        for line in served.messages("2026-02-27")
        if line.rung == "taken_over" and line.key.startswith("request:") and line.handed_over_at
    ] == [
        ("2026-02-17", "taken_over:vws-deputy@ministerie.example"),
        ("2026-02-24", "taken_over:vws-deputy@ministerie.example#2"),
    ]


def test_the_alarm_about_an_alarm_goes_to_the_next_and_then_to_nobody(served: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = dict.fromkeys((BZK, BEHEERDER, LEADER), "550 5.1.1 no")

    served.run_daily(FIRST_DAY, "2026-02-13")

    told = [
        (line.recipient, line.planned_on.isoformat(), line.state)
        for line in served.messages("2026-02-13")
        if line.key.startswith("signal:ipa:M01:")
    ]
    about_the_request = told[:3]
    about_the_digest, about_the_repeat = told[3:6], told[6:]
    assert about_the_request == [
        (BEHEERDER, "2026-02-05", "dead"),
        (LEADER, "2026-02-06", "dead"),
        ("", "2026-02-09", "suppressed"),
    ]
    assert about_the_digest == [
        (BEHEERDER, "2026-02-10", "dead"),
        (LEADER, "2026-02-11", "dead"),
        ("", "2026-02-12", "suppressed"),
    ]
    assert about_the_repeat == [(BEHEERDER, "2026-02-13", "dead")]
