"""Mail goes to a real server on this machine: once, in the window, and honestly flagged when nobody can know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core import clock
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.usecases.dispatch_outbox import dispatch_outbox
from tests.journeys.world import World
from tests.mail_server import LoopbackController

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

FIRST_DAY = "2026-02-04"
MINISTRIES = 6


class Mailbox:
    """Keeps what it accepted; refuses the recipients that it was told to."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        self.accepted.append((envelope.rcpt_tos[0], bytes(envelope.content or b"")))
        return "250 kept"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    handler = Mailbox()
    controller = LoopbackController(handler)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def test_every_ministry_gets_its_mail_once(
    tmp_path: Path, database_url: str | None, mailbox: tuple[Mailbox, str]
) -> None:
    handler, url = mailbox
    world = World(tmp_path, database_url, mail_url=url)

    world.run(FIRST_DAY)
    world.run(FIRST_DAY)

    assert not any(b"127.0.0.1:8000" in content for _, content in handler.accepted)
    assert sorted(address for address, _ in handler.accepted) == [
        f"{name}-main@ministerie.example" for name in ("bzk", "ez", "jenv", "szw", "vro", "vws")
    ]


def test_a_refused_recipient_is_dead_and_a_busy_server_is_tried_again(
    tmp_path: Path, database_url: str | None, mailbox: tuple[Mailbox, str]
) -> None:
    handler, url = mailbox
    handler.refuses = {
        "bzk-main@ministerie.example": "550 no such mailbox",
        "szw-main@ministerie.example": "450 busy, come back later",
    }
    world = World(tmp_path, database_url, mail_url=url)
    world.run(FIRST_DAY)
    after_first = {line.recipient: line.state for line in world.messages(FIRST_DAY) if line.rung == "O"}
    handler.refuses = {}

    world.run("2026-02-04T10:01:00+01:00")

    assert after_first["bzk-main@ministerie.example"] == "dead"
    assert after_first["szw-main@ministerie.example"] == "retrying"
    counts = [address for address, _ in handler.accepted].count
    assert (counts("szw-main@ministerie.example"), counts("bzk-main@ministerie.example")) == (1, 0)


class DiesAfterHandingOver:
    """Hands over, and then the machine stops before anybody can write it down."""

    def __init__(self) -> None:
        self.handed_over: list[str] = []

    def deliver(self, message: EmailMessage) -> Handover:
        self.handed_over.append(message["Message-ID"])
        raise KeyboardInterrupt

    def close(self) -> None: ...


class Accepts(DiesAfterHandingOver):
    """Hands over and says so."""

    def deliver(self, message: EmailMessage) -> Handover:
        self.handed_over.append(message["Message-ID"])
        return Handover(outcome=Outcome.HANDED_OVER, code="250")


def test_a_crash_after_handing_over_sends_one_flagged_copy_with_the_same_message_id(world: World) -> None:
    early = world.app.moment("2026-02-04T07:00:00+01:00").at
    world.app.run(None, early)
    at = world.app.moment(FIRST_DAY).at
    dying, working = DiesAfterHandingOver(), Accepts()
    with pytest.raises(KeyboardInterrupt):
        dispatch_outbox(world.app.database, "ipa", channel=dying, sender="IPA <ipa@ipa.example>", now=lambda: at)  # type: ignore[arg-type] # a stand-in without the context manager

    dispatch_outbox(world.app.database, "ipa", channel=working, sender="IPA <ipa@ipa.example>", now=lambda: at)  # type: ignore[arg-type] # a stand-in without the context manager

    assert len(working.handed_over) == MINISTRIES
    assert dying.handed_over[0] in working.handed_over
    flagged = {line.message for line in world.messages(FIRST_DAY) if line.is_doubtful}
    assert len(flagged) == 1


def test_nothing_goes_outside_the_window(world: World) -> None:
    world.app.run(None, world.app.moment("2026-02-07").at)
    working = Accepts()

    for moment in ("2026-02-07T12:00:00+01:00", "2026-02-09T08:59:59+01:00", "2026-02-09T17:00:00+01:00"):
        now = clock.going_on(world.app.moment(moment).at)
        dispatch_outbox(world.app.database, "ipa", channel=working, sender="IPA <ipa@ipa.example>", now=now)  # type: ignore[arg-type] # a stand-in without the context manager

    assert working.handed_over == []


def test_a_retry_does_not_ask_for_what_was_answered_meanwhile(
    tmp_path: Path, database_url: str | None, mailbox: tuple[Mailbox, str]
) -> None:
    handler, url = mailbox
    handler.refuses = {"jenv-main@ministerie.example": "450 busy, come back later"}
    world = World(tmp_path, database_url, mail_url=url)
    world.run(FIRST_DAY)
    handler.refuses = {}
    world.answer("2026-02-04T10:00:30+01:00", "JenV", {"recommendation": "HAN-05", "status": "in_progress"})

    world.run("2026-02-04T10:05:00+01:00")

    assert "jenv-main@ministerie.example" not in [address for address, _ in handler.accepted]
    (line,) = [line for line in world.messages("2026-02-05") if line.key.startswith("request:2025-Q4:JenV:O")]
    assert (line.state, line.why_not) == ("skipped", "beantwoord op 2026-02-04")
