"""Mail servers on loopback that do what they are told, and what a monitor shows of that."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from tests.journeys.handovers import text_of
from tests.journeys.world import JOURNAL
from tests.mail_server import LoopbackController

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from ipa_core.reports.message_lines import MessageLine
    from tests.journeys.world import World

EVERYBODY = "*"
FIRST_DAY = "2026-02-04"
"""The day on which the round of these stories opens."""


def at(clock: str, day: str = FIRST_DAY) -> str:
    """Return a moment of a winter day in Amsterdam, as a command takes it."""
    return f"{day}T{clock}+01:00"


class Mailbox:
    """Keeps what it accepted, and every body that it was shown; answers as it was told to.

    `rcpt` and `data` map an address, or `EVERYBODY`, to an answer; at DATA, `drop` means: take it all, forget it and
    hang up; `lose`: keep it and hang up; and `hang`: take it all and say nothing. A copy for `JOURNAL` goes into the
    Maildir `journal`.
    """

    def __init__(self, journal: Path | None = None) -> None:
        self.journal = journal
        self.accepted: list[tuple[str, bytes]] = []
        self.shown: list[tuple[str, bytes]] = []
        self.rcpt: dict[str, str] = {}
        self.data: dict[str, str] = {}

    @property
    def recipients(self) -> list[str]:
        """The mailboxes that were reached, without their domain, in order of arrival."""
        return [address.split("@")[0] for address, _ in self.accepted]

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, self.rcpt.get(EVERYBODY, ""))
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        address, content = envelope.rcpt_tos[0], bytes(envelope.content or b"")
        self.shown.append((address, content))
        answer = self.data.get(address, self.data.get(EVERYBODY, "250 kept"))
        if answer == "hang":
            await asyncio.sleep(30)
        if answer in ("drop", "lose"):
            server.transport.close()
        if answer == "lose" or answer.startswith("250"):
            self.accepted.append((address, content))
            if self.journal is not None and JOURNAL in envelope.rcpt_tos:
                (self.journal / "new" / f"{len(self.accepted)}.host").write_bytes(content)
        return answer


def mails_to(mailbox: Mailbox, address: str) -> list[EmailMessage]:
    """Return the mails that a reader got, in order of arrival."""
    return [
        message_from_bytes(content, policy=policy.default)  # type: ignore[misc] # typeshed knows only the old message class
        for to, content in mailbox.accepted
        if to == address
    ]


def texts_to(mailbox: Mailbox, address: str) -> list[str]:
    """Return the words of these mails."""
    return [text_of(mail) for mail in mails_to(mailbox, address)]


@contextlib.contextmanager
def serving(mailbox: Mailbox, port: int = 0) -> Iterator[LoopbackController]:
    """Serve the mailbox on this port, or one that the system chose."""
    controller = LoopbackController(mailbox, port=port)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


@contextlib.contextmanager
def hanging(greeting: bytes = b"") -> Iterator[tuple[str, list[socket.socket]]]:
    """Accept connections, say the greeting, and then nothing; yields the address and the connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    held.append(connection)
                    connection.sendall(greeting)

        threading.Thread(target=accept, daemon=True).start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}", held
        for connection in held:
            connection.close()


def opening(world: World, as_of: str, recipient: str = "bzk-main@ministerie.example") -> MessageLine:
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
