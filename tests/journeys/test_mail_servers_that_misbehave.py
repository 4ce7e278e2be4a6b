"""Servers refuse, put off, drip, hang, accept and drop, and are away for days: nothing is lost, doubled or silent."""

from __future__ import annotations

import logging
import shutil
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.app import SHIPPED
from ipa_core.domain.breakers import StopReason
from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from tests.journeys.handovers import ZIC, Folder, load
from tests.journeys.mail_servers import EVERYBODY, Mailbox, hanging, serving
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipa_core.reports.message_lines import MessageLine

FIRST_DAY = "2026-02-04"
MINISTRIES = ["bzk", "ez", "jenv", "szw", "vro", "vws"]
BZK = "bzk-main@ministerie.example"
BZK_DEPUTY = "bzk-deputy@ministerie.example"
BEHEERDER = "beheer@ipa.example"
LEADER = "projectleider@ipa.example"
OF_BZK = "ipa:V01:ZIC-03:1"


def decided(world: World, as_of: str, **what: Any) -> None:
    at = world.app.moment(as_of).at
    act = Act(about=OF_BZK, by=BZK, reason="Zo is het besproken", **what)
    world.app.database.write(lambda session: decide(session, "ipa", act, at=at))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the programme once for all stories."""
    home = tmp_path_factory.mktemp("loaded")
    world = World(home)
    world.app.load(SHIPPED, world.app.moment("2026-02-01").at)
    world.app.database.close()
    return home


@pytest.fixture
def home(tmp_path: Path, loaded: Path) -> Path:
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def world(home: Path, mailbox: Mailbox) -> Iterator[World]:
    with serving(mailbox) as server:
        world = World(home, mail_url=f"smtp://127.0.0.1:{server.port}")
        yield world
        world.app.database.close()


def at(clock: str, day: str = FIRST_DAY) -> str:
    return f"{day}T{clock}+01:00"


def opening(world: World, as_of: str, recipient: str = BZK) -> MessageLine:
    """Return the line about the request of the round to one mailbox."""
    (line,) = [line for line in world.messages(as_of) if line.rung == "O" and line.recipient == recipient]
    return line


def alarms(world: World, as_of: str, *, is_all: bool = False) -> list[tuple[str, str, str]]:
    """Return the signals about messages: ministry, day of opening and state."""
    return sorted(
        (card.subject.ministries[0], card.signal.opened_on.isoformat(), card.signal.state.value)
        for card in world.signals(as_of, is_all=is_all)
        if card.signal.rule == "M01"
    )


# ---- Put off ----


def test_a_message_that_is_put_off_is_tried_by_the_schedule_with_the_same_bytes(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {BZK: "451 4.3.0 try again later"}
    world.run(FIRST_DAY)
    due: list[str] = []
    for attempt in range(2, 9):
        line = opening(world, due[-1] if due else FIRST_DAY)
        assert (line.state, line.attempts, line.is_doubtful) == ("retrying", attempt - 1, False)
        assert line.due_at is not None
        due.append(line.due_at.isoformat())
        mailbox.data = {} if attempt == 8 else mailbox.data
        world.dispatch(due[-1])

    shown = [content for address, content in mailbox.shown if address == BZK]
    assert [moment[:16] for moment in due] == [
        "2026-02-04T09:00",
        "2026-02-04T09:05",
        "2026-02-04T09:34",
        "2026-02-04T11:34",
        "2026-02-05T08:00",
        "2026-02-06T08:00",
        "2026-02-09T08:00",
    ]
    assert (len(shown), len(set(shown))) == (8, 1)
    assert (opening(world, due[-1]).state, mailbox.recipients.count("bzk-main")) == ("handed_over", 1)


def test_after_72_hours_a_message_is_dead_while_others_go(
    world: World, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.rcpt = {BZK: "450 4.2.2 mailbox full"}
    for day in (FIRST_DAY, "2026-02-05", "2026-02-06"):
        world.run(day)
        for clock in ("10:01", "10:06", "10:36", "12:36"):
            world.dispatch(at(clock, day))
    before = opening(world, at("12:36", "2026-02-06"))

    with caplog.at_level(logging.ERROR):
        world.run("2026-02-09")
    dead = opening(world, "2026-02-09")
    world.run("2026-02-10")

    assert (before.state, before.attempts) == ("retrying", 7)
    assert (dead.state, dead.why_not) == ("dead", "na 8 pogingen opgegeven (450)")
    assert alarms(world, "2026-02-10") == [("BZK", "2026-02-09", "open")]
    assert mailbox.recipients[-2:] == ["beheer", "bzk-deputy"]
    assert "message:1 is dead" in caplog.text
    assert BZK not in caplog.text


def test_a_server_that_will_not_relay_kills_no_message(world: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {EVERYBODY: "554 5.7.1 Relay access denied"}
    for day in (FIRST_DAY, "2026-02-05", "2026-02-06", "2026-02-10", "2026-02-13"):
        world.run(day)
    states = {line.state for line in world.messages("2026-02-13") if line.rung == "O"}
    mailbox.rcpt = {}

    world.run("2026-02-16")

    assert states == {"retrying"}
    assert [mailbox.recipients.count(f"{name}-main") for name in MINISTRIES] == [1] * 6


# ---- Refused ----


def test_a_refused_message_is_dead_at_once_and_goes_to_the_deputy_and_the_administrator_hears(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    first = world.run(FIRST_DAY)
    world.run("2026-02-05")
    on_the_second_day = alarms(world, "2026-02-05")
    mailbox.rcpt = {}
    world.run("2026-02-06")
    world.run("2026-02-09")

    assert first.as_json(open_signals=0)["messages"]["dead"] == 1
    assert mailbox.recipients.count("bzk-main") == 0
    assert mailbox.recipients[5:7] == ["beheer", "bzk-deputy"]
    assert on_the_second_day == [("BZK", FIRST_DAY, "open")]
    assert alarms(world, "2026-02-09", is_all=True) == [("BZK", FIRST_DAY, "resolved")]
    dead, stand_in = opening(world, "2026-02-09"), opening(world, "2026-02-09", BZK_DEPUTY)
    assert (dead.state, dead.attempts) == ("dead", 1)
    assert dead.why_not == "geweigerd door de mailserver (550); naar het vervangende contactpunt"
    assert (stand_in.state, stand_in.reason) == ("handed_over", "stand_in")
    assert [line.key for line in world.messages("2026-02-09") if line.recipient == BEHEERDER] == [
        "signal:ipa:M01:message:1:1:1:opening:beheer@ipa.example"
    ]


def test_what_the_deputy_should_hear_is_not_lost_when_the_plan_is_made_again(world: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    world.run(at("09:00:00"))
    world.app.detect("ipa", world.app.moment(at("12:00:00")).at)
    world.answer(at("12:10:00"), "SZW", {"recommendation": "POS-01", "status": "in_progress"})
    world.dispatch(at("12:30:00"))

    lines = [line for line in world.messages(at("12:30:00")) if line.rung != "mention"]
    told = {line.about for line in lines if line.recipient == BZK_DEPUTY and line.handed_over_at}
    assert told == {line.about for line in lines if line.recipient == BZK and line.state == "dead"}
    assert len(told) > 1


def test_a_deputy_hears_the_latest_reminder_and_not_what_it_overtook(world: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    world.run(FIRST_DAY)
    world.run("2026-02-25")
    world.run("2026-02-26")

    lines = [line for line in world.messages("2026-02-26") if line.key.startswith("request:")]
    told = [(line.rung, line.handed_over_at) for line in lines if line.recipient == BZK_DEPUTY]
    assert [(rung, f"{at:%m-%d}") for rung, at in told if at is not None] == [("H1", "02-26")]
    assert {line.rung for line in lines if line.recipient == BZK and line.state == "dead"} == {"O", "H1"}


def test_nobody_hears_that_nobody_reacts_on_the_day_on_which_the_deputy_first_hears(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    world.run(FIRST_DAY)
    world.run("2026-02-25")
    world.run_daily("2026-02-26", "2026-03-11")

    lines = [line for line in world.messages("2026-03-11") if line.key.startswith("signal:ipa:V01:ZIC-03:")]
    went = [(line.rung, line.recipient, line.handed_over_at) for line in lines if line.handed_over_at]
    days = {rung: f"{at:%m-%d}" for rung, to, at in went if to in (BZK_DEPUTY, "bzk-coordinator@ministerie.example")}
    assert days == {"opening": "02-25", "repeat": "03-05", "coordinator": "03-11"}


def test_a_deputy_does_not_hear_of_the_end_of_a_snooze_once_somebody_took_the_signal_up(
    world: World, mailbox: Mailbox
) -> None:
    world.run(FIRST_DAY)
    decided(world, "2026-02-05T11:00:00+01:00", kind="snooze", until=date(2026, 2, 10))
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    world.run("2026-02-11")
    until = date(2026, 2, 18)
    decided(world, "2026-02-11T15:00:00+01:00", kind="acknowledge", next_step="Overleg", until=until)
    world.run_daily("2026-02-12", "2026-02-24")

    ends = [line for line in world.messages("2026-02-24") if line.key.startswith(f"signal:{OF_BZK}:1:snooze_ended:")]
    assert [(line.recipient, line.state) for line in ends] == [(BZK, "dead")]


def test_a_deputy_who_left_hears_nothing_and_the_next_one_does(world: World, mailbox: Mailbox, folder: Folder) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    world.run(at("09:00:00"))
    world.app.detect("ipa", world.app.moment(at("18:00:00")).at)
    contacts = folder.path / "contacts.csv"
    contacts.write_text(
        contacts.read_text("utf-8").replace(f"{BZK_DEPUTY},deputy,,", f"{BZK_DEPUTY},deputy,,{FIRST_DAY}")
    )
    folder.add("contacts.csv", ("BZK", "Nieuw", "bzk-nieuw@ministerie.example", "deputy", "2026-02-05", ""))
    load(world, folder, "2026-02-05T08:00:00+01:00")
    world.run("2026-02-05")

    assert "bzk-deputy" not in mailbox.recipients
    assert mailbox.recipients.count("bzk-nieuw") == 1


def test_what_passed_to_another_ministry_is_not_told_to_the_deputy_of_the_former(
    world: World, mailbox: Mailbox, folder: Folder
) -> None:
    mailbox.rcpt = {BZK: "550 5.1.1 no such mailbox"}
    load(world, folder, "2026-02-01")
    world.run(at("09:00:00"))
    world.app.detect("ipa", world.app.moment(at("18:00:00")).at)
    folder.pass_on(ZIC, "VWS", source="BZK", on="2026-02-05")
    load(world, folder, "2026-02-05T08:00:00+01:00")
    world.run("2026-02-05")

    lines = {line.about: line for line in world.messages("2026-02-05") if line.recipient == BZK_DEPUTY}
    opening_of_zic = lines["ipa:V01:ZIC-03:1"]
    assert (opening_of_zic.reason, opening_of_zic.state) == ("stand_in", "skipped")
    assert opening_of_zic.why_not == "een ander ministerie trekt dit dossier nu"


def test_the_deputy_stands_in_for_a_first_handover_and_for_a_second(
    world: World, mailbox: Mailbox, folder: Folder
) -> None:
    vws = "vws-main@ministerie.example"
    folder.pass_on(ZIC[:3], "VWS", source="BZK", on="2026-02-16")
    folder.pass_on(ZIC[3:], "VWS", source="BZK", on="2026-02-23")
    load(world, folder, FIRST_DAY)
    world.run_daily(FIRST_DAY, "2026-02-13")
    mailbox.rcpt = {vws: "550 5.1.1 no such mailbox"}
    world.run_daily("2026-02-16", "2026-02-27")

    assert [
        (line.handed_over_at.date().isoformat(), line.key.removeprefix("request:2025-Q4:VWS:"))
        for line in world.messages("2026-02-27")
        if line.rung == "taken_over" and line.key.startswith("request:") and line.handed_over_at
    ] == [
        ("2026-02-17", "taken_over:vws-deputy@ministerie.example"),
        ("2026-02-24", "taken_over:vws-deputy@ministerie.example#2"),
    ]


def test_the_alarm_about_an_alarm_goes_to_the_next_and_then_to_nobody(world: World, mailbox: Mailbox) -> None:
    mailbox.rcpt = dict.fromkeys((BZK, BEHEERDER, LEADER), "550 5.1.1 no")

    world.run_daily(FIRST_DAY, "2026-02-13")

    told = [
        (line.recipient, line.planned_on.isoformat(), line.state)
        for line in world.messages("2026-02-13")
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


# ---- Sent, and no answer ----


def test_accepted_and_dropped_goes_once_more_flagged_under_the_same_message_id(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {BZK: "drop"}
    world.run(FIRST_DAY)
    first = opening(world, FIRST_DAY)
    world.dispatch(at("10:30"))
    second = opening(world, at("10:30"))
    world.run("2026-02-05")

    shown = [content for address, content in mailbox.shown if address == BZK]
    assert (first.state, first.attempts, first.is_doubtful) == ("retrying", 1, True)
    assert (second.attempts, second.is_doubtful) == (2, True)
    assert (len(shown), len(set(shown))) == (2, 1)


def test_sent_twice_without_an_answer_is_given_up_when_others_go(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {BZK: "drop", "szw-main@ministerie.example": "451 later"}
    world.run(FIRST_DAY)
    mailbox.data = {BZK: "drop"}
    world.dispatch(at("10:01"))

    world.dispatch(at("10:30"))

    line = opening(world, at("10:30"))
    assert (line.state, line.is_doubtful) == ("dead", True)
    assert line.why_not == "verstuurd zonder antwoord van de mailserver; onzeker of het aankwam"


# ---- The server is away ----


def test_an_outage_of_four_days_kills_nothing_and_alarms_and_then_everything_goes_once(
    home: Path, mailbox: Mailbox
) -> None:
    with serving(mailbox) as server:
        port = server.port
    world = World(home, mail_url=f"smtp://127.0.0.1:{port}")
    summaries = [world.app.run(None, world.app.moment(at("09:00")).at).programmes[0].dispatch]
    for day in (FIRST_DAY, "2026-02-05", "2026-02-06", "2026-02-09"):
        world.run(at("09:30", day))
        summaries += [world.dispatch(at(f"{hour:02}:{minute:02}", day)) for hour in (12, 16) for minute in (30,)]
    world.run(at("07:00", "2026-02-10"))
    during = alarms(world, at("07:00", "2026-02-10"))

    with serving(mailbox, port):
        back = world.dispatch(at("09:00", "2026-02-10"))
        world.run(at("09:30", "2026-02-10"))
        world.run("2026-02-11")

    assert {summary.stopped for summary in summaries} == {StopReason.CHANNEL_DOWN}
    assert sum(summary.dead for summary in summaries) == 0
    assert [ministry for ministry, *_ in during] == sorted(("BZK", "EZ", "JenV", "SZW", "VRO", "VWS"))
    assert (back.dead, back.stopped) == (0, None)
    assert [mailbox.recipients.count(f"{name}-main") for name in MINISTRIES] == [1] * 6
    assert [state for *_, state in alarms(world, "2026-02-11", is_all=True)] == ["resolved"] * 6
    assert not any(line.state in ("retrying", "dead", "sending") for line in world.messages("2026-02-11"))


def test_a_server_that_stops_half_way_a_round_gets_the_rest_later(home: Path, mailbox: Mailbox) -> None:
    with serving(mailbox) as server:
        port = server.port
        world = World(home, mail_url=f"smtp://127.0.0.1:{port}")
        original = mailbox.handle_DATA

        async def stop_after_two(*heard: object) -> str:
            if len(mailbox.accepted) == 2:
                server.server.close()
                heard[0].transport.close()  # type: ignore[attr-defined] # the server that aiosmtpd hands over
            return await original(*heard)  # type: ignore[arg-type] # the same arguments

        mailbox.handle_DATA = stop_after_two  # type: ignore[method-assign] # for this round only
        first = world.run(FIRST_DAY).programmes[0].dispatch
        mailbox.handle_DATA = original  # type: ignore[method-assign] # and back

    with serving(mailbox, port):
        for clock in ("10:30", "11:00"):
            world.dispatch(at(clock))

    assert first.handed_over == 2
    assert first.stopped is StopReason.CHANNEL_DOWN
    assert sorted(set(mailbox.recipients)) == [f"{name}-main" for name in MINISTRIES]
    doubtful = {line.recipient.split("@")[0] for line in world.messages(at("11:00")) if line.is_doubtful}
    assert {name for name in mailbox.recipients if mailbox.recipients.count(name) > 1} <= doubtful
    assert len(doubtful) == 1


# ---- Hanging and dripping ----


@pytest.mark.parametrize("greeting", [pytest.param(b"", id="no greeting"), pytest.param(b"220 hi\r\n", id="no EHLO")])
def test_a_server_that_hangs_costs_three_deadlines_and_no_attempt_of_the_rest(home: Path, greeting: bytes) -> None:
    with hanging(greeting) as (url, held):
        world = World(home, mail_url=url, deadline=0.3)
        world.run(at("07:00"))
        started = time.monotonic()
        summary = world.dispatch(FIRST_DAY)
        took = time.monotonic() - started

    lines = {line.message: line for line in world.messages(FIRST_DAY) if line.rung == "O"}
    assert (summary.retrying, summary.dead, summary.stopped) == (3, 0, StopReason.CHANNEL_DOWN)
    assert sorted(line.attempts for line in lines.values()) == [0, 0, 0, 1, 1, 1]
    assert not any(line.is_doubtful for line in lines.values())
    assert len(held) == 3
    assert 0.9 < took < 10


def test_a_server_that_takes_all_and_says_nothing_leaves_doubt_after_the_deadline(home: Path, mailbox: Mailbox) -> None:
    mailbox.data = {BZK: "hang"}
    with serving(mailbox) as server:
        world = World(home, mail_url=f"smtp://127.0.0.1:{server.port}", deadline=0.5)
        summary = world.run(FIRST_DAY).programmes[0].dispatch

    line = opening(world, FIRST_DAY)
    assert (summary.handed_over, summary.retrying) == (5, 1)
    assert (line.state, line.attempts, line.is_doubtful) == ("retrying", 1, True)
