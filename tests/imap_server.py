"""A small IMAP server on loopback: one user, one folder, and it searches headers for a Message-ID."""

from __future__ import annotations

import socketserver
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "journaal", "geheim"


@dataclass
class ImapServer:
    """What the mailbox holds, what it heard, and how it misbehaves: `says` replaces the answer to a command."""

    message_ids: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    says: dict[str, bytes] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    port: int = 0

    def answer(self, tag: str, command: str, rest: str) -> bytes:
        found = [str(n) for n, one in enumerate(self.message_ids, 1) if f'"{one}"' in rest]
        answers = {
            "CAPABILITY": f"* CAPABILITY IMAP4rev1{' STARTTLS' if self.tls else ''}\r\n",
            "EXAMINE": "* 1 EXISTS\r\n",
            "SEARCH": f"* SEARCH {' '.join(found)}\r\n",
            "LOGOUT": "* BYE\r\n",
        }
        wanted = {"LOGIN": f'{USER} "{PASSWORD}"', "EXAMINE": '"Postvak IN"'}
        verdict = "OK done" if wanted.get(command, rest) == rest else "NO no"
        return self.says.get(command, f"{answers.get(command, '')}{tag} {verdict}\r\n".encode())


@contextmanager
def serving_imap(tls: ssl.SSLContext | None = None) -> Iterator[ImapServer]:
    """Serve on a port that the system chose; with `tls` it offers STARTTLS."""
    server = ImapServer(tls=tls)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.talk()

        def talk(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            while line := self.rfile.readline().decode().strip():
                tag, command, rest = (*line.split(" ", 2), "")[:3]
                server.heard.append(command)
                self.wfile.write(server.answer(tag, command, rest))
                if command == "STARTTLS" and tls is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                    self.setup()
                if command == "LOGOUT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        server.port = listener.server_address[1]
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        listener.shutdown()
