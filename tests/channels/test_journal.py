"""Both kinds of journal tell the same; what cannot be told is an error, in time and without a secret."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from ipa_core.channels.journal import JournalFolder, open_journal
from ipa_core.channels.journal_mailbox import JournalMailbox
from ipa_core.errors import BadAddress
from tests.imap_server import PASSWORD, USER, ImapServer, serving_imap

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

THERE, ELSEWHERE = "<a.1@ipa.example>", "<a.10@ipa.example>"


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with serving_imap() as server:
        server.message_ids += [THERE]
        yield server


def mailbox_at(server: ImapServer, *, patience: float = 5.0, password: str = PASSWORD) -> JournalMailbox:
    address = f"imap://{USER}:{password}@127.0.0.1:{server.port}/Postvak%20IN"
    return JournalMailbox.from_url(urlsplit(address), patience=patience)


def test_a_mailbox_has_what_it_received_and_nothing_else(server: ImapServer) -> None:
    journal = mailbox_at(server)

    assert (journal.has(THERE), journal.has(ELSEWHERE)) == (True, False)
    assert "EXAMINE" in server.heard
    assert "SELECT" not in server.heard, "looking marks nothing as read"


def test_the_connection_is_secured_when_the_server_can(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with serving_imap(server_tls) as server:
        server.message_ids += [THERE]

        assert replace(mailbox_at(server), tls=trusting).has(THERE)
        assert server.heard.index("STARTTLS") < server.heard.index("LOGIN")
        with pytest.raises(OSError, match="CERTIFICATE"):
            mailbox_at(server).has(THERE)
    assert server.heard.count("LOGIN") == 1


def test_a_folder_has_what_it_received_and_nothing_else(tmp_path: Path) -> None:
    for part in ("new", "cur"):
        (tmp_path / part).mkdir()
    mail = f"Subject: a\r\nMessage-ID: {THERE}\r\n\r\nMessage-ID: <b@c>\r\n"
    (tmp_path / "cur" / "1.host").write_bytes(mail.encode())
    journal = open_journal(f"maildir://{tmp_path}")

    assert (journal.has(THERE), journal.has(ELSEWHERE), journal.has("<b@c>")) == (True, False, False)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param({"LOGIN": b""}, id="it says nothing at all"),
        pytest.param({"SEARCH": b"* SEARCH 1"}, id="it stops in the middle of a line"),
        pytest.param({"SEARCH": b"* NO not now\r\n"}, id="it never ends its answer"),
        pytest.param({"EXAMINE": b"* BYE\r\n"}, id="it says goodbye"),
    ],
)
def test_a_server_that_gives_no_clear_answer_is_an_error_within_the_deadline(
    server: ImapServer, says: dict[str, bytes]
) -> None:
    server.says = says
    started = time.monotonic()

    with pytest.raises(OSError, match=r"^((?!geheim).)*$"):
        mailbox_at(server, patience=0.3).has(THERE)

    assert time.monotonic() - started < 3


def test_a_wrong_password_and_a_folder_that_is_not_there_are_errors(server: ImapServer, tmp_path: Path) -> None:
    for ask in (mailbox_at(server, password="fout").has, JournalFolder(tmp_path / "niets").has):
        refuses(ask)


def refuses(ask: Callable[[str], bool]) -> None:
    with pytest.raises(OSError, match=r"^((?!fout).)*$"):
        ask(THERE)


@pytest.mark.parametrize(
    "url",
    [
        *("", "journaal", "smtp://a:b@mail.example", "imaps://mail.example", "imaps://a:b@", "imaps://a:b@x/?y=z"),
        *("imaps://a:%22b@mail.example", "maildir://server/map", "maildir:map"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadAddress, match=r"^IPA_JOURNAL_URL$"):
        open_journal(url)
