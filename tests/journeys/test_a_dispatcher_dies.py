"""A dispatcher is killed, frozen, or not alone: one copy of each message, or one flagged one under the same id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from ipa_core.channels.apprise_mail import AppriseChannel
from ipa_core.domain.breakers import StopReason
from ipa_core.store.locks import sole_dispatcher
from ipa_core.store.outbox import OutboxMessageRow
from ipa_core.usecases.dispatch_outbox import dispatch_outbox
from tests.journeys.mail_servers import Mailbox, serving
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from ipa_core.channels.handover import Handover

pytestmark = pytest.mark.databases

ROOT = Path(__file__).parents[2]
MANY = 600
EARLY, AT_TEN = "2026-02-04T07:00:00+01:00", "2026-02-04"

DISPATCHER = """\
import os, sys
from ipa_core.app import build_app
from ipa_core.channels.apprise_mail import AppriseChannel

point, which = sys.argv[1], int(sys.argv[2])
deliver, count = AppriseChannel.deliver, 0

def dying(channel, message):
    global count
    count += 1
    if count == which and point == "before":
        os.kill(os.getpid(), 9)
    handover = deliver(channel, message)
    if count == which and point == "after":
        os.kill(os.getpid(), 9)
    if count == which and point == "freeze":
        os.kill(os.getpid(), 19)
    return handover

AppriseChannel.deliver = dying
app = build_app()
app.dispatch("ipa", app.moment("2026-02-04").at)
"""


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def world(tmp_path: Path, mailbox: Mailbox) -> Iterator[World]:
    """Six messages wait for nine o'clock."""
    with serving(mailbox) as server:
        world = World(tmp_path, mail_url=f"smtp://127.0.0.1:{server.port}")
        world.run(EARLY)
        yield world
        world.app.database.close()


def start(world: World, point: str, which: int) -> subprocess.Popen[bytes]:
    environment = {"IPA_HOME": str(world.home), "IPA_MAIL_URL": str(world.mail_url), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DISPATCHER, point, str(which)]
    return subprocess.Popen(command, env=os.environ | environment, cwd=world.home)


def ids(mailbox: Mailbox) -> list[str]:
    lines = [line for _, content in mailbox.accepted for line in content.decode().splitlines()]
    return [line for line in lines if line.startswith("Message-ID:")]


@pytest.mark.parametrize(
    ("point", "copies"),
    [
        pytest.param("before", 6, id="before the hand-over"),
        pytest.param("after", 7, id="after the server accepted it and before that was recorded"),
    ],
)
def test_after_a_kill_the_next_takes_over_at_once_and_doubles_at_most_one_flagged_message(
    world: World, mailbox: Mailbox, point: str, copies: int
) -> None:
    killed = start(world, point, 3)
    assert killed.wait(60) == -signal.SIGKILL
    (left,) = {line.message for line in world.messages(AT_TEN) if line.state == "sending"}

    started = time.monotonic()
    summary = world.dispatch(AT_TEN)

    assert time.monotonic() - started < 5
    assert summary.handed_over == 4
    assert (len(ids(mailbox)), len(set(ids(mailbox)))) == (copies, 6)
    assert {line.message for line in world.messages(AT_TEN) if line.is_doubtful} == {left}
    assert {line.state for line in world.messages(AT_TEN) if line.message} == {"handed_over"}


def test_a_frozen_dispatcher_keeps_the_others_out_and_goes_on_where_it_was(world: World, mailbox: Mailbox) -> None:
    frozen = start(world, "freeze", 3)
    os.waitpid(frozen.pid, os.WUNTRACED)

    meanwhile = world.dispatch(AT_TEN)
    os.kill(frozen.pid, signal.SIGCONT)

    assert frozen.wait(60) == 0
    assert meanwhile.handed_over == 0
    assert (len(ids(mailbox)), len(set(ids(mailbox)))) == (6, 6)
    assert not any(line.is_doubtful for line in world.messages(AT_TEN))


def test_two_dispatchers_at_once_send_each_message_once(world: World, mailbox: Mailbox) -> None:
    both = [start(world, "never", 0) for _ in range(2)]

    assert [one.wait(60) for one in both] == [0, 0]
    assert (len(ids(mailbox)), len(set(ids(mailbox)))) == (6, 6)


def test_a_dispatcher_that_lost_its_lock_stops_before_the_next_message(world: World) -> None:
    answers = iter([True, True, True, False])
    engine, app = world.app.database.engine, world.app
    at = app.moment(AT_TEN).at

    with sole_dispatcher(engine, world.home, "ipa") as is_sole, app.channel() as channel:
        assert is_sole()
        summary = dispatch_outbox(
            app.database,
            "ipa",
            channel=channel,
            sender="IPA <ipa@ipa.example>",
            now=lambda: at,
            is_sole=lambda: next(answers),
        )

    assert (summary.handed_over, summary.stopped) == (3, StopReason.LOCK_LOST)


def test_a_dispatcher_that_is_asked_to_stop_stops_between_two_messages(world: World, mailbox: Mailbox) -> None:
    answers = iter([False, False, True])
    asked = replace(world.app, is_stopping=lambda: next(answers))

    summary = asked.hand_over("ipa", asked.moment(AT_TEN).at)
    asked.database.close()

    assert (summary.handed_over, summary.stopped) == (2, StopReason.ASKED_TO_STOP)
    assert {line.state for line in world.messages(AT_TEN) if line.attempts} == {"handed_over"}
    assert len(ids(mailbox)) == 2


def test_a_dispatcher_stops_when_the_working_day_is_over(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[EmailMessage] = []
    deliver = AppriseChannel.deliver

    def slowly(channel: AppriseChannel, message: EmailMessage) -> Handover:
        tried.append(message)
        return deliver(channel, message)

    monkeypatch.setattr(AppriseChannel, "deliver", slowly)
    monkeypatch.setattr("ipa_core.clock.monotonic", lambda: 60.0 * len(tried))

    summary = world.app.hand_over("ipa", world.app.moment("2026-02-04T16:57:30+01:00").at)

    assert (summary.handed_over, summary.stopped) == (3, StopReason.WINDOW_CLOSED)
    assert len(ids(mailbox)) == 3


@pytest.mark.proof
def test_one_dispatch_takes_all_that_is_due(world: World, mailbox: Mailbox) -> None:
    with Session(world.app.database.engine) as session:
        one = session.exec(select(OutboxMessageRow).limit(1)).one().model_dump(exclude={"id"})
        session.add_all(
            OutboxMessageRow(**{**one, "key": f"bundle:{number}", "message_id": f"<{number}@ipa.example>"})
            for number in range(MANY)
        )
        session.commit()

    summary = world.app.hand_over("ipa", world.app.moment(AT_TEN).at)

    assert (summary.handed_over, summary.stopped) == (MANY + 6, None)
    assert len(set(ids(mailbox))) == MANY + 6
