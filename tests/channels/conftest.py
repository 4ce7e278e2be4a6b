"""Mail servers on loopback: a real one, and one that follows a script to the letter."""

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ipa_core.channels.mail import compose
from tests.mail_server import LoopbackController

HANGS = b""
"""An answer that never comes, on a connection that stays open."""


class Mailbox:
    """What a server received, per connection; `answers` replaces the answer to a step."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.connections: list[object] = []
        self.is_encrypted = False

    async def handle_MAIL(self, _s: Any, _session: Session, envelope: Envelope, sender: str, _o: list[str]) -> str:  # noqa: N802 - the name that aiosmtpd calls
        envelope.mail_from = sender
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, _s: Any, _session: Session, envelope: Envelope, recipient: str, _o: list[str]) -> str:  # noqa: N802 - the name that aiosmtpd calls
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(recipient)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd calls
        if "DATA" in self.answers:
            return self.answers["DATA"]
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        self.connections.append(session.peer)
        self.is_encrypted = session.ssl is not None
        return "250 2.0.0 queued as 4XyZ"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def serve(mailbox: Mailbox) -> Iterator[Callable[..., LoopbackController]]:
    """Start a real mail server that fills `mailbox`."""
    with contextlib.ExitStack() as running:

        def start(**options: Any) -> LoopbackController:
            controller = LoopbackController(mailbox, **options)
            controller.start()
            running.callback(controller.stop)
            return controller

        yield start


@pytest.fixture
def scripted() -> Iterator[Callable[..., int]]:
    """Start a server that gives these answers in turn, to whatever it hears, and then hangs up; returns its port."""
    with contextlib.ExitStack() as running:

        def start(*answers: bytes, drip_s: float = 0.0, drip_from: int = 0) -> int:
            listener = running.enter_context(socket.create_server(("127.0.0.1", 0)))

            def talk() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        connection, _ = listener.accept()
                        with connection, contextlib.suppress(OSError):
                            _follow(connection, answers, drip_s, drip_from)

            threading.Thread(target=talk, daemon=True).start()
            return int(listener.getsockname()[1])

        yield start


def _follow(connection: socket.socket, answers: tuple[bytes, ...], drip_s: float, drip_from: int) -> None:
    heard = connection.makefile("rb")
    for number, answer in enumerate(answers):
        if drip_s and number >= drip_from:
            for byte in answer:
                connection.sendall(bytes([byte]))
                time.sleep(drip_s)
        else:
            connection.sendall(answer)
        if answer == HANGS:
            while heard.readline():
                pass
        if not answer.endswith(b"\r\n"):
            return
        end = b".\r\n" if answer.startswith(b"354") else None
        while (line := heard.readline()) and end not in (None, line):
            pass


@pytest.fixture
def a_mail() -> Callable[..., EmailMessage]:
    return _a_mail


def _a_mail(**changes: Any) -> EmailMessage:
    inputs: dict[str, Any] = {
        "message_id": "<o.2025-q4.szw@ipa.example>",
        "sender": "IPA-monitor <ipa@ipa.example>",
        "recipient": "szw-main@ministerie.example",
        "subject": "Graag vóór dinsdag 4 februari",
        "text": "Beste collega,\n.\n..punt\nhttps://ipa.example/?a=b&c=é\n",
        "html": "<p>Beste collega,</p>\n<p>é</p>\n",
        "references": [],
        "date": datetime(2026, 2, 3, 23, 30, tzinfo=UTC),
    }
    return compose(**{**inputs, **changes})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for 127.0.0.1 that nobody trusts unless told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    today = datetime.now(UTC)  # noqa: TID251 - The TLS library looks at the machine's clock too.
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, today, today + timedelta(days=1))
    signed = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
