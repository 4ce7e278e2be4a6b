"""Mails to a server: one connection, a certain answer or an honest doubt, and never past the deadline."""

import socket
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from ipa_core.channels.apprise_mail import channel_to
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail import read_envelope
from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp import SmtpSender
from ipa_core.channels.smtp_session import SmtpSession
from tests.channels.delivering import a_channel, deliver

Build = Callable[..., EmailMessage]
Serve = Callable[..., Any]
Scripted = Callable[..., int]

JOURNAL = "journaal@ipa.example"
HELLO = (b"220 hi\r\n", b"250 hi\r\n")
UP_TO_DATA = (*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")


# ---- One connection ----


def test_several_mails_share_one_connection_also_after_a_refusal(serve: Serve, mailbox: Any, a_mail: Build) -> None:
    with a_channel(serve().port) as channel:
        assert channel.deliver(a_mail()).reference == "2.0.0 queued as 4XyZ"
        mailbox.answers["RCPT"] = "550 5.1.1 no"
        assert channel.deliver(a_mail()).outcome is Outcome.REFUSED
        mailbox.answers.clear()
        assert channel.deliver(a_mail(recipient="bzk-main@ministerie.example")).outcome is Outcome.HANDED_OVER

    assert mailbox.recipients == ["szw-main@ministerie.example", "bzk-main@ministerie.example"]
    assert len(set(mailbox.connections)) == 1


def test_the_connection_is_renewed_after_90_mails(serve: Serve, mailbox: Any, a_mail: Build) -> None:
    with a_channel(serve().port) as channel:
        for _ in range(91):
            channel.deliver(a_mail())

    assert [mailbox.connections.count(peer) for peer in dict.fromkeys(mailbox.connections)] == [90, 1]


def test_a_connection_that_the_server_closed_meanwhile_is_renewed(serve: Serve, mailbox: Any, a_mail: Build) -> None:
    server = serve()
    with a_channel(server.port) as channel:
        channel.deliver(a_mail())
        server.hang_up()

        assert channel.deliver(a_mail()).outcome is Outcome.HANDED_OVER

    assert len(set(mailbox.connections)) == len(mailbox.mails) == 2


def test_a_connection_that_lay_idle_is_renewed(
    serve: Serve,
    mailbox: Any,
    a_mail: Build,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_channel(serve().port) as channel:
        channel.deliver(a_mail())
        later = time.monotonic() + 31
        monkeypatch.setattr("ipa_core.clock.monotonic", lambda: later)
        channel.deliver(a_mail())

    assert len(set(mailbox.connections)) == 2


def test_after_an_interrupt_the_connection_is_not_used_again(
    serve: Serve,
    mailbox: Any,
    a_mail: Build,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(_session: SmtpSession) -> Handover:
        raise KeyboardInterrupt

    with a_channel(serve().port) as channel:
        with monkeypatch.context() as patch:
            patch.setattr("ipa_core.channels.smtp._read_verdict", interrupt)
            with pytest.raises(KeyboardInterrupt):
                channel.deliver(a_mail())
        channel.deliver(a_mail())

    assert len(set(mailbox.connections)) == len(mailbox.mails) == 2


# ---- What an answer means ----


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("MAIL", "451 later", Outcome.RETRY),
        pytest.param("MAIL", "550 sender unknown", Outcome.RETRY, id="the sender is the same for every message"),
        ("RCPT", "450 greylisted", Outcome.DEFERRED),
        pytest.param("RCPT", "421 closing", Outcome.RETRY, id="the whole server closes"),
        ("RCPT", "550 no such user", Outcome.REFUSED),
        pytest.param("RCPT", "530 log in first", Outcome.RETRY, id="a login is missing for every message"),
        pytest.param("RCPT", "554 5.7.1 Relay access denied", Outcome.DEFERRED, id="that is about us, not the address"),
        ("DATA", "451 later", Outcome.DEFERRED),
        ("DATA", "554 spam", Outcome.REFUSED),
        ("DATA", "552 too large", Outcome.REFUSED),
    ],
)
def test_an_answer_before_or_after_the_mail_is_certain(
    serve: Serve,
    mailbox: Any,
    a_mail: Build,
    step: str,
    answer: str,
    outcome: Outcome,
) -> None:
    mailbox.answers[step] = answer

    handover = deliver(serve().port, a_mail())

    assert (handover.outcome, handover.code, handover.reference) == (outcome, answer[:3], "")
    assert handover.detail.endswith(answer[4:])


def test_an_address_that_the_server_repeats_stays_out_of_the_record(serve: Serve, mailbox: Any, a_mail: Build) -> None:
    mailbox.answers["RCPT"] = "550 <szw-main@ministerie.example>: unknown"

    assert deliver(serve().port, a_mail()).detail == "RCPT: <…> unknown"


@pytest.mark.parametrize(
    ("answers", "outcome", "code"),
    [
        pytest.param((), Outcome.RETRY, "connection", id="hangs up at once"),
        pytest.param((b"554 go away\r\n",), Outcome.RETRY, "554", id="refuses everybody"),
        pytest.param((b"nonsense\r\n",), Outcome.RETRY, "-1", id="is no mail server"),
        pytest.param(HELLO, Outcome.RETRY, "connection", id="hangs up at MAIL"),
        pytest.param(UP_TO_DATA[:4], Outcome.RETRY, "connection", id="hangs up at DATA, before a byte of the mail"),
        pytest.param((*UP_TO_DATA[:4], b"250 ?\r\n"), Outcome.RETRY, "250", id="does not ask for the mail"),
        pytest.param((*UP_TO_DATA[:3], b"5" * 9000), Outcome.RETRY, "500", id="an endless line at RCPT"),
        pytest.param(UP_TO_DATA, Outcome.UNCERTAIN, "connection", id="hangs up after the mail"),
        pytest.param((*UP_TO_DATA, b"25"), Outcome.UNCERTAIN, "connection", id="half an answer"),
        pytest.param((*UP_TO_DATA, b"nonsense\r\n"), Outcome.UNCERTAIN, "-1", id="no code in the answer"),
        pytest.param((*UP_TO_DATA, b"5" * 9000), Outcome.UNCERTAIN, "500", id="an endless line as answer"),
        pytest.param((*UP_TO_DATA, b"250 ok\r\n"), Outcome.HANDED_OVER, "250", id="all well"),
    ],
)
def test_only_an_answer_after_the_mail_takes_the_doubt_away(
    scripted: Scripted, a_mail: Build, answers: tuple[bytes, ...], outcome: Outcome, code: str
) -> None:
    handover = deliver(scripted(*answers), a_mail(), deadline=1.0)

    assert (handover.outcome, handover.code) == (outcome, code)


def test_no_server_at_all_is_trouble_of_the_channel(a_mail: Build, unused_port: int) -> None:
    handover = deliver(unused_port, a_mail())

    assert handover == Handover(outcome=Outcome.RETRY, code="connection", detail="Connection refused")


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# ---- The deadline ----


@pytest.mark.parametrize(
    ("drip_from", "outcome"),
    [
        pytest.param(0, Outcome.RETRY, id="from the greeting on"),
        pytest.param(3, Outcome.RETRY, id="from RCPT on"),
        pytest.param(5, Outcome.UNCERTAIN, id="in the answer to the mail"),
    ],
)
@pytest.mark.parametrize("is_multiline", [True, False])
def test_a_server_that_drips_cannot_hold_us(
    scripted: Scripted, a_mail: Build, drip_from: int, outcome: Outcome, *, is_multiline: bool
) -> None:
    slow = b"250-x\r\n" * 100 if is_multiline else b"250 " + b"x" * 500
    answers = (*UP_TO_DATA[:drip_from], *[slow] * 3)
    started = time.monotonic()

    handover = deliver(scripted(*answers, drip_s=0.01, drip_from=drip_from), a_mail(), deadline=0.3)

    assert (handover.outcome, handover.code) == (outcome, "timeout")
    assert 0.25 < time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("answered", "outcome"),
    [
        pytest.param(0, Outcome.RETRY, id="instead of a greeting"),
        pytest.param(1, Outcome.RETRY, id="at EHLO"),
        pytest.param(2, Outcome.RETRY, id="at MAIL"),
        pytest.param(3, Outcome.RETRY, id="at RCPT"),
        pytest.param(4, Outcome.RETRY, id="at DATA"),
        pytest.param(5, Outcome.UNCERTAIN, id="after the final dot"),
    ],
)
def test_a_server_that_hangs_cannot_hold_us(scripted: Scripted, a_mail: Build, answered: int, outcome: Outcome) -> None:
    started = time.monotonic()

    handover = deliver(scripted(*UP_TO_DATA[:answered], b""), a_mail(), deadline=0.3)

    assert (handover.outcome, handover.code) == (outcome, "timeout")
    assert 0.25 < time.monotonic() - started < 2


def test_a_server_that_does_not_read_cannot_hold_us(scripted: Scripted, a_mail: Build) -> None:
    port = scripted(*UP_TO_DATA[:4], b"354 go\r\n" + b"x" * 2000, drip_s=0.01, drip_from=4)
    sender = SmtpSender(MailServer(host="127.0.0.1", port=port, is_tls=False), deadline=0.5)
    envelope, payload = read_envelope(a_mail()), bytes(16_000_000)
    started = time.monotonic()

    handover = sender.hand_over(envelope, payload)

    assert (handover.outcome, handover.code) == (Outcome.RETRY, "timeout")
    assert time.monotonic() - started < 1.5


def test_a_tls_handshake_that_drips_cannot_hold_us(scripted: Scripted, a_mail: Build) -> None:
    started = time.monotonic()
    port = scripted(b"\x16\x03\x03\x40\x00" + b"x" * 1000, drip_s=0.01)

    handover = deliver(port, a_mail(), deadline=0.3, is_tls=True)

    assert (handover.outcome, handover.code) == (Outcome.RETRY, "timeout")
    assert time.monotonic() - started < 0.8


# ---- The journal ----


def test_a_copy_goes_to_the_journal_in_the_same_exchange(serve: Serve, mailbox: Any, a_mail: Build) -> None:
    sender = SmtpSender(MailServer(host="127.0.0.1", port=serve().port, is_tls=False), deadline=5, journal=JOURNAL)

    with channel_to(sender) as channel:
        assert channel.deliver(a_mail()).outcome is Outcome.HANDED_OVER

    assert mailbox.recipients == ["szw-main@ministerie.example", JOURNAL]
    assert len(mailbox.mails) == 1
    assert JOURNAL.encode() not in mailbox.mails[0]


@pytest.mark.parametrize(
    ("first", "copy", "outcome"),
    [
        pytest.param(b"250 ok\r\n", b"550 full\r\n", Outcome.HANDED_OVER, id="a mail goes without its copy"),
        pytest.param(b"550 who\r\n", b"250 reset\r\n", Outcome.REFUSED, id="a copy does not go without its mail"),
    ],
)
def test_a_mail_is_there_for_its_reader(
    scripted: Scripted, a_mail: Build, first: bytes, copy: bytes, outcome: Outcome
) -> None:
    port = scripted(*HELLO, b"250 ok\r\n", first, copy, b"354 go\r\n", b"250 kept\r\n")
    sender = SmtpSender(MailServer(host="127.0.0.1", port=port, is_tls=False), deadline=5, journal=JOURNAL)

    with channel_to(sender) as channel:
        assert channel.deliver(a_mail()).outcome is outcome
