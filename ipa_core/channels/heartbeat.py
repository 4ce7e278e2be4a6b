"""How does somebody outside notice that we fell silent? We call an address after each complete run.

Only public addresses: one in our own network would let whoever can change a setting, or a name, reach machines that
nobody outside may reach. So the name is looked up once, and what was judged is what is called.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ipa_core import clock
from ipa_core.channels.smtp_session import Lines
from ipa_core.errors import BadAddress

PATIENCE_S: Final = 10.0
_PLAIN: Final = re.compile(r"[!-~]+")
_YES: Final = re.compile(rb"HTTP/1\.[01] 2\d\d\b")
_LONGEST_LINE: Final = 1_000
_NOT_PUBLIC: Final = "not a public address"
_NO_YES: Final = "the answer was no yes"


def is_public(host: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    return ipaddress.ip_address(host).is_global


def checked(url: str) -> SplitResult:
    """Take an `https://` address apart.

    Raises:
        BadAddress: it is none; the error does not repeat it, because it may hold a secret.

    """
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        raise BadAddress("IPA_HEARTBEAT_URL") from None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or not (has_port and _PLAIN.fullmatch(url)):
        raise BadAddress("IPA_HEARTBEAT_URL")
    return parts


def beat(
    url: str,
    *,
    patience: float = PATIENCE_S,
    may_call: Callable[[str], bool] = is_public,
    tls: ssl.SSLContext | None = None,
) -> None:
    """GET the address once, without following where it leads; in `patience` seconds the answer is there.

    Raises:
        BadAddress: it is no `https://` address; the error does not repeat it, because it may hold a secret.
        OSError: nobody was there, the address may not be called, or the answer was no yes.

    """
    parts = checked(url)
    until = clock.monotonic() + patience
    target = str(socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)[0][4][0])
    if not may_call(target):
        raise PermissionError(_NOT_PUBLIC)
    with socket.create_connection((target, parts.port or 443), patience) as plain:
        context = tls or ssl.create_default_context()
        with context.wrap_socket(plain, server_hostname=parts.hostname) as secured:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            secured.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
            answer = Lines(secured, lambda: _left(until)).readline(_LONGEST_LINE)
    if not _YES.match(answer):
        raise ConnectionError(_NO_YES)


def _left(until: float) -> float:
    left = until - clock.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
