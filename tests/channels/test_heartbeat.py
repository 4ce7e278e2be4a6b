"""The heartbeat: one call over TLS, to a public address only, in time, and its secret stays out of every error."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from ipa_core.channels.heartbeat import beat, is_public
from ipa_core.errors import BadAddress

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

OK = b"HTTP/1.1 200 OK\r\n\r\n"


@contextmanager
def watching(tls: ssl.SSLContext, answer: bytes, drip_s: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """Serve one caller; yields the port and what was heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            with suppress(OSError):
                plain, _ = listener.accept()
                with tls.wrap_socket(plain, server_side=True) as secured:
                    heard.append(secured.recv(10_000))
                    for byte in answer if drip_s else ():
                        secured.sendall(bytes([byte]))
                        time.sleep(drip_s)
                    secured.sendall(b"" if drip_s else answer)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        listener.close()
        thread.join(5)


def test_a_yes_is_enough(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with watching(server_tls, OK) as (port, heard):
        beat(f"https://127.0.0.1:{port}/geheim?a=b", may_call=lambda _: True, tls=trusting)

    assert heard == [f"GET /geheim?a=b HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()]


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 500 no\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", b"", b"hallo\r\n"],
)
def test_anything_else_is_an_error_without_the_address(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext, answer: bytes
) -> None:
    with (
        watching(server_tls, answer) as (port, _),
        pytest.raises(OSError, match=r"^((?!geheim).)*$"),
    ):
        beat(f"https://127.0.0.1:{port}/geheim", may_call=lambda _: True, tls=trusting)


def test_an_answer_that_drips_is_not_waited_for(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    started = time.monotonic()

    with watching(server_tls, OK, drip_s=0.1) as (port, _), pytest.raises(TimeoutError):
        beat(f"https://127.0.0.1:{port}/", patience=0.4, may_call=lambda _: True, tls=trusting)

    assert time.monotonic() - started < 3


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1"])
def test_addresses_in_our_own_network_are_never_called(host: str) -> None:
    assert not is_public(host)
    with pytest.raises(PermissionError):
        beat(f"https://{f'[{host}]' if ':' in host else host}/geheim")


def test_public_addresses_may_be_called() -> None:
    assert is_public("192.0.78.9")
    assert is_public("2606:4700::1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://watch.example/a",
        "https://",
        "https://a:b@watch.example/",
        "https://x/a b",
        "https://x:abc/",
        "https://[",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadAddress, match=r"^IPA_HEARTBEAT_URL$"):
        beat(url)
