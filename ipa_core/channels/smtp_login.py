"""How does a session with a mail server begin? Connected, secured, and logged in."""

import ipaddress
import smtplib
import ssl
from collections.abc import Callable
from typing import Final

from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp_replies import NoTlsError
from ipa_core.channels.smtp_session import SmtpSession

_READY: Final = 220
_NO_TLS: Final = "no TLS: password not sent"


def open_session(server: MailServer, tls: Callable[[], ssl.SSLContext], until: float) -> SmtpSession:
    """Connect, secure the connection where the server can, and log in where we have a user.

    Raises:
        OSError: of whatever kind; nothing was sent. It never repeats user or password.

    """
    session = SmtpSession(until)
    try:
        session.connect_to(server)
        if server.is_tls:
            session.secure(tls(), server.host)
        _expect(session.getreply(), _READY)
        session.ehlo_or_helo_if_needed()
        if not server.is_tls and session.has_extn("starttls"):
            _expect(session.docmd("STARTTLS"), _READY)
            session.secure(tls(), server.host)
            session.ehlo_or_helo_if_needed()
        if server.user:
            _log_in(session, server)
    except BaseException:
        session.close()
        raise
    return session


def _expect(reply: tuple[int, bytes], code: int) -> None:
    if reply[0] != code:
        raise smtplib.SMTPResponseException(*reply)


def _log_in(session: SmtpSession, server: MailServer) -> None:
    if session.sock is None:
        raise smtplib.SMTPServerDisconnected
    is_own_machine = ipaddress.ip_address(session.sock.getpeername()[0]).is_loopback
    if not is_own_machine and not isinstance(session.sock, ssl.SSLSocket):
        raise NoTlsError(_NO_TLS)
    try:
        session.login(server.user, server.password)
    except smtplib.SMTPResponseException as error:
        # A server may repeat what it did not understand, so its words go no further.
        raise smtplib.SMTPAuthenticationError(error.smtp_code, "the login was refused") from None
