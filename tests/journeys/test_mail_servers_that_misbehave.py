"""Servers refuse, put off, drip, hang, accept and drop, and are away for days: nothing is lost, doubled or silent."""

from __future__ import annotations

import logging
import time
from collections import Counter
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select, update

from ipa_core import clock, faults
from ipa_core.channels.smtp import SmtpSender
from ipa_core.domain.breakers import StopReason
from ipa_core.store.outbox import MessageState, OutboxMessageRow
from tests.journeys.mail_servers import (
    EVERYBODY,
    FIRST_DAY,
    Mailbox,
    alarms,
    at,
    hanging,
    mails_to,
    opening,
    serving,
    texts_to,
)
from tests.journeys.world import World

if TYPE_CHECKING:
    from pathlib import Path

MINISTRIES = ["bzk", "ez", "jenv", "szw", "vro", "vws"]
BZK, LEADER = "bzk-main@ministerie.example", "projectleider@ipa.example"


@pytest.fixture
def world(served: World) -> World:
    return served


# ---- Put off ----


def test_a_message_that_is_put_off_is_tried_by_the_schedule_with_the_same_bytes_all_day(
    world: World, mailbox: Mailbox
) -> None:
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
    first_day = shown[:5]
    assert (len(shown), len(set(first_day))) == (8, 1)
    assert (opening(world, due[-1]).state, mailbox.recipients.count("bzk-main")) == ("handed_over", 1)


def test_two_messages_that_wait_for_one_mailbox_go_as_one(world: World, mailbox: Mailbox) -> None:
    world.run_daily(FIRST_DAY, "2026-02-24")
    before = mailbox.recipients.count("bzk-main")
    mailbox.rcpt = {BZK: "451 4.3.0 try again later"}
    world.run("2026-02-25")
    waiting = col(OutboxMessageRow.handed_over_at).is_(None)
    first = select(OutboxMessageRow.id).where(col(OutboxMessageRow.recipient) == BZK, waiting)

    def put(session: Session, state: MessageState) -> None:
        """Let the first message be on its way, or back from it, as when another process hands it over."""
        number = session.exec(first).first()
        session.execute(update(OutboxMessageRow).where(col(OutboxMessageRow.id) == number).values(state=state))

    world.app.database.write(lambda session: put(session, MessageState.SENDING))
    world.app.detect("ipa", world.app.moment(at("07:00", "2026-02-27")).at)
    world.app.database.write(lambda session: put(session, MessageState.RETRYING))
    world.run(at("09:00", "2026-02-27"))
    mailbox.rcpt = {}
    world.run("2026-03-02")

    reasons = world.app.database.read(lambda session: session.exec(select(OutboxMessageRow.why_not)).all())
    assert mailbox.recipients.count("bzk-main") - before == 1
    assert "gaat mee in een ander bericht" in reasons


def test_what_is_put_off_says_what_is_true_when_it_goes(world: World, mailbox: Mailbox) -> None:
    world.run_daily(FIRST_DAY, "2026-03-17")
    mailbox.rcpt = {LEADER: "450 4.2.1 greylisted"}
    world.run(at("09:00", "2026-03-18"))
    mailbox.rcpt = {}
    world.answer(at("09:10", "2026-03-18"), "BZK", {"recommendation": "ZIC-01", "unchanged": True})
    world.run(at("09:30", "2026-03-18"))

    subjects = [mail["Subject"] for mail in mails_to(mailbox, LEADER) if "geen antwoord van" in mail["Subject"]]
    assert len(subjects) == 1
    assert "BZK" not in texts_to(mailbox, LEADER)[-1]


def test_after_a_full_mailbox_only_the_latest_reminder_goes_in_one_mail(world: World, mailbox: Mailbox) -> None:
    world.run_daily(FIRST_DAY, "2026-02-17")
    before = mailbox.recipients.count("bzk-main")
    mailbox.rcpt = {BZK: "452 4.2.2 mailbox full"}
    world.run("2026-02-26")
    mailbox.rcpt = {}
    world.run("2026-02-27")

    assert mailbox.recipients.count("bzk-main") - before == 1
    assert world.sent("2026-02-27", "2025-Q4:BZK")[-1][:2] == ("2026-02-27", "H2")


def test_after_weeks_of_being_put_off_each_mailbox_gets_one_mail(world: World, mailbox: Mailbox) -> None:
    world.run(FIRST_DAY)
    before = len(mailbox.recipients)
    mailbox.rcpt = {EVERYBODY: "451 4.3.0 policy server down"}
    world.run_daily("2026-02-05", "2026-03-10")
    mailbox.rcpt = {}
    world.run("2026-03-11")

    went = Counter(mailbox.recipients[before:])
    assert went["bzk-main"] == went["bzk-deputy"] == went["bzk-coordinator"] == 1
    assert max(went.values()) == 2, "the projectleider gets a digest beside a bundle"


def test_after_72_hours_a_message_is_dead_while_others_go(
    world: World, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.rcpt = {BZK: "450 4.2.2 mailbox full"}
    for day in (FIRST_DAY, "2026-02-05", "2026-02-06"):
        world.run(day)
        for hour in ("10:01", "10:06", "10:36", "12:36"):
            world.dispatch(at(hour, day))
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


def test_a_server_that_loses_all_its_answers_gives_nobody_a_third_copy(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {EVERYBODY: "lose"}
    for day in (FIRST_DAY, "2026-02-05", "2026-02-06", "2026-02-09", "2026-02-10", "2026-02-11"):
        for hour in ("09:00", "09:40", "11:00"):
            world.run(at(hour, day))

    copies = Counter((address, message_from_bytes(content)["Message-ID"]) for address, content in mailbox.accepted)
    assert max(copies.values()) == 2
    assert any(address == BZK for address, _ in copies)


def test_trouble_of_another_kind_does_not_make_the_doubt_forgotten(world: World, mailbox: Mailbox) -> None:
    mailbox.data = {BZK: "drop"}
    world.run(FIRST_DAY)
    mailbox.rcpt = {EVERYBODY: "421 4.3.2 going down"}
    world.dispatch(at("10:30"))
    mailbox.data, mailbox.rcpt = {}, {}
    world.run("2026-02-05")

    shown = [content for address, content in mailbox.shown if address == BZK]
    assert (len(shown), len(set(shown))) == (2, 1)
    assert opening(world, "2026-02-05").is_doubtful


def test_a_dispatcher_that_died_and_then_met_trouble_sends_the_same_mail_again(world: World, mailbox: Mailbox) -> None:
    faults.plan("outbox.after_hand_over=raise@1")
    with pytest.raises(faults.FaultError):
        world.run(at("09:00"))
    faults.plan("")
    mailbox.rcpt = {EVERYBODY: "421 4.3.2 going down"}
    world.run(at("09:30"))
    mailbox.rcpt = {}
    world.run("2026-02-05")

    shown = [content for address, content in mailbox.shown if address == BZK]
    assert (len(shown), len(set(shown))) == (2, 1)
    assert opening(world, "2026-02-05").is_doubtful


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


# ---- Facts come in while the server is busy ----


@pytest.mark.parametrize("minutes", [0, 7])
def test_who_answers_while_the_mail_of_others_goes_is_not_reminded(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    world.run_daily(FIRST_DAY, "2026-02-26")
    before, hand_over = mailbox.recipients.count("vws-main"), SmtpSender.hand_over
    began = clock.monotonic()
    monkeypatch.setattr("ipa_core.clock.monotonic", lambda: began)

    def answer_first(self: SmtpSender, *args: Any) -> Any:
        monkeypatch.setattr(SmtpSender, "hand_over", hand_over)
        monkeypatch.setattr("ipa_core.clock.monotonic", lambda: began + 60 * minutes)
        answered = {"recommendation": "GEZ-01", "unchanged": True}
        world.answer(at(f"09:{minutes:02}", "2026-02-27"), "VWS", answered)
        return hand_over(self, *args)

    monkeypatch.setattr(SmtpSender, "hand_over", answer_first)
    world.run(at("09:00", "2026-02-27"))

    assert mailbox.recipients.count("bzk-main") > 1
    assert mailbox.recipients.count("vws-main") == before
    (reminder,) = [line for line in world.messages("2026-02-27") if line.key.startswith("request:2025-Q4:VWS:H2:")]
    assert (reminder.state, reminder.why_not) == ("skipped", "niet meer aan de orde")
