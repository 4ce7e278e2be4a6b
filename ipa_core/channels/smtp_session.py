"""How do we talk to a mail server without waiting for ever? On one connection, where every wait counts.

A timeout on a socket counts per read, so a server that sends one byte a minute holds the standard `smtplib` for hours.
Here each read and write may only take what is left until `until`, on the clock of `clock.monotonic`. Looking up the
name of the server is the one step that cannot be broken off; the resolver has its own limit.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ipa_core import clock
from ipa_core.channels.mail_server import MailServer

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer  # Exists for type checkers only.

_CHUNK: Final = 16_384


class SmtpSession(smtplib.SMTP):
    """A connection with its deadline; `until` may be moved for each message.

    Everything that goes wrong is an OSError; SMTPException and SSLError are kinds of it.
    """

    def __init__(self, until: float) -> None:
        """Connect nothing yet; `connect_to` does."""
        super().__init__(local_hostname="localhost")
        self.until = until

    def remaining(self) -> float:
        """Return the seconds that are left, more than 0; TimeoutError when there are none."""
        left = self.until - clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def connect_to(self, server: MailServer) -> None:
        """Try the addresses of the server in turn, each with its share of the time."""
        addresses = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
        for left in range(len(addresses), 0, -1):
            host, port = addresses[-left][4][:2]
            try:
                self.sock = socket.create_connection((str(host), int(port)), timeout=self.remaining() / left)
            except OSError:
                if left == 1:
                    raise
            else:
                break
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local_hostname = _own_name(self.sock)

    def secure(self, tls: ssl.SSLContext, host: str) -> None:
        """Go on in TLS. What the server said before counts no longer: somebody else may have said it."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.sock.settimeout(self.remaining())
        self.sock = tls.wrap_socket(self.sock, server_hostname=host)
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def send(self, s: "ReadableBuffer | str") -> None:
        """Send in pieces, so that a server that reads slowly meets the deadline too."""
        data = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        for start in range(0, len(data), _CHUNK):
            if self.sock is not None:
                self.sock.settimeout(self.remaining())
            super().send(data[start : start + _CHUNK])

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, before the deadline."""
        if self.file is None and self.sock is not None:
            self.file = Lines(self.sock, self.remaining)
        return super().getreply()


class Lines:
    """What `smtplib` needs of a file: lines, read from a socket that may take what `remaining` says."""

    def __init__(self, sock: socket.socket, remaining: Callable[[], float]) -> None:
        self.sock = sock
        self._remaining = remaining
        self._buffer = b""

    def readline(self, limit: int) -> bytes:
        """Return one line, or as much of it as `limit` allows; empty when the other side hung up."""
        while b"\n" not in self._buffer and len(self._buffer) < limit:
            self.sock.settimeout(self._remaining())
            received = self.sock.recv(_CHUNK)
            if not received:
                return b""  # Half a line is no answer.
            self._buffer += received
        end = self._buffer.find(b"\n", 0, limit) + 1 or limit
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def close(self) -> None:
        """Nothing to close: the session closes the socket."""


def _own_name(sock: socket.socket) -> str:
    """Return our name for EHLO without asking the network: the full host name, or else the address in brackets."""
    name = socket.gethostname()
    if "." in name:
        return name
    address = sock.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
