"""Mails to a server that asks for TLS or a login, and how its address is read."""

import logging
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from ipa_core.channels.apprise_mail import open_channel
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail_server import MailServer
from ipa_core.errors import BadAddress
from tests.channels.delivering import deliver

Build = Callable[..., EmailMessage]
Serve = Callable[..., Any]
Scripted = Callable[..., int]

HELLO = (b"220 hi\r\n", b"250 hi\r\n")


def test_starttls_is_used_when_the_server_offers_it(
    serve: Serve,
    mailbox: Any,
    a_mail: Build,
    server_tls: ssl.SSLContext,
    trusting: ssl.SSLContext,
) -> None:
    assert deliver(serve(tls_context=server_tls).port, a_mail(), tls=trusting).outcome is Outcome.HANDED_OVER
    assert mailbox.is_encrypted


def test_smtps_speaks_tls_from_the_first_byte(
    serve: Serve, a_mail: Build, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    port = serve(ssl_context=server_tls).port

    assert deliver(port, a_mail(), tls=trusting, is_tls=True).outcome is Outcome.HANDED_OVER


@pytest.mark.parametrize("is_tls", [True, False])
def test_a_certificate_that_is_not_trusted_stops_the_mail(
    serve: Serve,
    mailbox: Any,
    a_mail: Build,
    server_tls: ssl.SSLContext,
    *,
    is_tls: bool,
) -> None:
    port = serve(**({"ssl_context": server_tls} if is_tls else {"tls_context": server_tls})).port

    handover = deliver(port, a_mail(), is_tls=is_tls)

    assert (handover.outcome, handover.code) == (Outcome.RETRY, "tls")
    assert mailbox.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # The server's advice about its own settings.
def test_a_login_uses_the_decoded_password_and_a_wrong_one_kills_no_mail(
    serve: Serve,
    tmp_path: Path,
    a_mail: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def check(_s: object, _session: object, _e: object, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.login == b"ipa@x.test" and data.password == b"p@ss/w:rd?#", handled=False)

    port = serve(authenticator=check, auth_require_tls=False, auth_required=True).port
    right = f"smtp://ipa%40x.test:p%40ss%2Fw%3Ard%3F%23@127.0.0.1:{port}"
    with caplog.at_level(logging.DEBUG), open_channel(right, tmp_path, deadline=5) as channel:
        assert channel.deliver(a_mail()).outcome is Outcome.HANDED_OVER
        assert "p@ss" not in repr(vars(channel)) + repr(vars(vars(channel)["_plugin"])) + str(vars(channel)["_plugin"])
    with open_channel(right.replace("w%3A", "x"), tmp_path, deadline=5) as channel:
        handover = channel.deliver(a_mail())

    assert (handover.outcome, handover.code) == (Outcome.RETRY, "535")
    ours = " ".join(
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    )  # That is the server's.
    assert "p@ss" not in repr(handover) + ours


def test_a_password_goes_in_clear_to_our_own_machine_only(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, a_mail: Build
) -> None:
    class Elsewhere:
        is_loopback = False

    monkeypatch.setattr("ipaddress.ip_address", lambda _: Elsewhere)

    handover = deliver(scripted(*HELLO, b"250 ok\r\n"), a_mail(), user="ipa", password="geheim")

    assert handover == Handover(outcome=Outcome.RETRY, code="no_tls", detail="no TLS: password not sent")


def test_a_server_that_knows_no_login_is_trouble_of_the_channel(scripted: Scripted, a_mail: Build) -> None:
    handover = deliver(scripted(*HELLO, b"250 ok\r\n"), a_mail(), user="ipa", password="geheim")

    assert (handover.outcome, handover.code) == (Outcome.RETRY, "unsupported")


def test_words_of_before_starttls_do_not_count_after_it(
    scripted: Scripted, a_mail: Build, trusting: ssl.SSLContext
) -> None:
    port = scripted(b"220 hi\r\n", b"250-hi\r\n250 STARTTLS\r\n", b"220 go\r\n250 injected\r\n", b"no TLS at all")

    assert deliver(port, a_mail(), tls=trusting).outcome is Outcome.RETRY


# ---- The address of the server ----


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer(host="mail.example", port=25, is_tls=False)),
        ("smtps://mail.example", MailServer(host="mail.example", port=465, is_tls=True)),
        ("smtp://[::1]:2525/", MailServer(host="::1", port=2525, is_tls=False)),
        (
            "smtps://a%40x.test:p%2Fw%25@mail.example:10465",
            MailServer(host="mail.example", port=10465, is_tls=True, user="a@x.test", password="p/w%"),
        ),
    ],
)
def test_the_address_of_a_server_is_read(url: str, server: MailServer) -> None:
    assert MailServer.from_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "mailto://u:geheim@mail.example",
        "smtp://",
        "smtp://u:geheim@",
        "smtp://u:gehe/im@mail.example",
        "smtp://u:geheim@mail.example/path",
        "smtp://u:geheim@mail.example?smtp=evil",
        "smtp://u:geheim@mail.example:0x",
        "smtp://u:geheim@mail.example:99999",
        "smtp://u:geheim%00@mail.example",
        "smtp://u:geheim%0d%0a@mail.example",
        "smtp://u:geheim%C3%AB@mail.example",
        "smtp://u:geheim%FF@mail.example",
        "smtp://geheim@mail.example",
        "smtp://u:geheim@mail..example",
        "smtp://u:geheim@ma il.example",
        "smtp://u:geheim@[::1",
    ],
)
def test_another_address_is_refused_without_repeating_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadAddress) as caught:
        open_channel(url, tmp_path)

    error = caught.value
    assert (error.args, error.__cause__, error.__context__) == (("IPA_MAIL_URL",), None, None)


def test_a_server_does_not_show_who_logs_in() -> None:
    assert repr(MailServer.from_url("smtp://naam:geheim@h")) == "MailServer(host='h', port=25, is_tls=False)"
