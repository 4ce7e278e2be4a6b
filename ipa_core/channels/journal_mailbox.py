"""Does a mailbox on an IMAP server hold a mail? One short session per question, with one deadline for all of it."""

import imaplib
import ipaddress
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import SplitResult, unquote

from ipa_core import clock
from ipa_core.channels.smtp_session import Lines

_PORTS: Final = {"imap": 143, "imaps": 993}
_PLAIN: Final = re.compile(r"[ !#-\[\]-~]+")
"""What can stand between quotes in a command: printable ASCII without a quote or a backslash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalMailbox:
    """A folder of a mailbox; `is_tls` means TLS from the first byte, else the connection is secured if it can be."""

    host: str
    port: int
    is_tls: bool
    user: str = field(repr=False)
    password: str = field(repr=False)
    folder: str
    patience: float
    tls: ssl.SSLContext | None = None

    @classmethod
    def from_url(cls, parts: SplitResult, *, patience: float) -> Self:
        """Read the address; ValueError or KeyError when it is none."""
        user, password = (unquote(part or "", errors="strict") for part in (parts.username, parts.password))
        folder = unquote(parts.path.strip("/"), errors="strict") or "INBOX"
        host = parts.hostname or ""
        host.encode("idna")
        is_plain = all(_PLAIN.fullmatch(text) for text in (user, password, folder, host))
        if not is_plain or parts.query or parts.fragment:
            raise ValueError
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
        is_tls = parts.scheme == "imaps"
        return cls(host=host, port=port, is_tls=is_tls, user=user, password=password, folder=folder, patience=patience)

    def has(self, message_id: str) -> bool:
        """Ask the server; OSError, without what the server said about us, when it gives no clear answer."""
        try:
            with self._session() as session:
                kind, _ = session.select(f'"{self.folder}"', readonly=True)
                if kind != "OK":
                    raise ConnectionError(_NO_FOLDER)
                kind, found = session.search(None, "HEADER", "Message-ID", f'"{message_id}"')
        except imaplib.IMAP4.error as error:
            raise ConnectionError(type(error).__name__) from None
        if kind != "OK":
            raise ConnectionError(_NO_SEARCH)
        return any(numbers for numbers in found)

    def _session(self) -> "_Session":
        session = _Session(self, self.tls or ssl.create_default_context(), clock.monotonic() + self.patience)
        try:
            session.secure()
            session.login(self.user, self.password)
        except BaseException:
            session.drop()
            raise
        return session


_NO_FOLDER: Final = "no such folder"
_NO_SEARCH: Final = "cannot search"
_NO_TLS: Final = "no TLS: password not sent"


class _Session(imaplib.IMAP4):
    """A connection on which every wait counts; the timeout of the standard one counts per read."""

    def __init__(self, mailbox: JournalMailbox, tls: ssl.SSLContext, until: float) -> None:
        self._mailbox = mailbox
        self._tls = tls
        self._until = until
        self._lines: Lines | None = None
        super().__init__(mailbox.host, mailbox.port, timeout=mailbox.patience)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        return self._tls.wrap_socket(plain, server_hostname=self.host) if self._mailbox.is_tls else plain

    def secure(self) -> None:
        """Secure the connection if it is not yet; a password goes in the open on this machine only."""
        if self._mailbox.is_tls:
            return
        if "STARTTLS" in self.capabilities:
            self.starttls(self._tls)
        elif not ipaddress.ip_address(self.sock.getpeername()[0]).is_loopback:
            raise ConnectionError(_NO_TLS)

    def readline(self) -> bytes:
        """Read one line, before the deadline."""
        if self._lines is None or self._lines.sock is not self.sock:
            self._lines = Lines(self.sock, self._remaining)  # After STARTTLS nothing of before counts.
        line = self._lines.readline(_LONGEST)
        if not line.endswith(b"\n"):
            raise self.abort(_BROKEN)
        return line

    def read(self, size: int) -> bytes:
        """Refuse a literal: no answer that we ask for has one."""
        raise self.abort(size)

    def _remaining(self) -> float:
        left = self._until - clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def __exit__(self, *_: object) -> None:
        """Say goodbye, and do not mind when nobody answers."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.logout()
        self.drop()

    def drop(self) -> None:
        """Close the connection, if it is not closed yet."""
        with suppress(OSError):
            self.shutdown()


_LONGEST: Final = 1_000_000
_BROKEN: Final = "the line ended"
