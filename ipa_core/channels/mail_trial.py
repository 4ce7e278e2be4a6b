"""Could mail go out now? Goes as far as logging in at the mail server, and says goodbye without a message."""

import ssl
from contextlib import suppress
from dataclasses import dataclass

from ipa_core import clock
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp_login import open_session
from ipa_core.channels.smtp_replies import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTrial:
    """Where we knocked, whether the connection was secured, and what went wrong, if anything."""

    host: str
    port: int
    is_secure: bool = False
    trouble: Handover | None = None


def try_mail_server(url: str, *, deadline: float, tls: ssl.SSLContext | None = None) -> MailTrial:
    """Connect, secure, log in and leave, within `deadline` seconds; an address that is none raises BadAddress."""
    server = MailServer.from_url(url)
    until = clock.monotonic() + deadline
    try:
        session = open_session(server, lambda: tls or ssl.create_default_context(), until)
    except OSError as error:  # Those of smtplib and ssl are kinds of it.
        trouble = explain(error, Outcome.RETRY, is_late=clock.monotonic() >= until)
        return MailTrial(host=server.host, port=server.port, trouble=trouble)
    is_secure = isinstance(session.sock, ssl.SSLSocket)
    with suppress(OSError):
        session.quit()
    session.close()
    return MailTrial(host=server.host, port=server.port, is_secure=is_secure)
