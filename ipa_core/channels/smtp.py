"""How do we give mails to a mail server? One after the other, over one connection that is kept."""

import logging
import ssl
from contextlib import suppress
from functools import cached_property
from typing import Final

from ipa_core import clock, faults
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail import Envelope
from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp_login import open_session
from ipa_core.channels.smtp_replies import ACCEPTED, GO_AHEAD, PERMANENT, TEMPORARY, Reply, Step, explain, judge
from ipa_core.channels.smtp_session import SmtpSession

log = logging.getLogger(__name__)

_MESSAGES_PER_CONNECTION: Final = 90  # Some servers refuse after 100.
_IDLE_S: Final = 30.0  # After that a firewall on the way may have forgotten the connection without a word.
_GOODBYE_S: Final = 1.0
_CLOSING: Final = 421


class SmtpSender:
    """Sends mails over one connection, opened at the first mail and again whenever it has gone stale.

    `deadline` is the number of seconds that one mail may take in all, connecting included. `tls` says whom to trust;
    without it, the certificates of the system. `journal` is the address of a mailbox of our own that gets a copy of
    each mail in the same exchange; it stands on the envelope only.
    """

    def __init__(
        self, server: MailServer, *, deadline: float, tls: ssl.SSLContext | None = None, journal: str | None = None
    ) -> None:
        self._server = server
        self._deadline = deadline
        self._journal = journal
        self._given_tls = tls
        self._session: SmtpSession | None = None
        self._begun = 0
        self._used_at = 0.0

    def hand_over(self, envelope: Envelope, payload: bytes) -> Handover:
        """Send one mail; whatever the server or the network does is in the answer."""
        try:
            return self._exchange(envelope, payload, clock.monotonic() + self._deadline)
        except BaseException:
            self._drop()  # Interrupted half-way: the next answer would belong to this mail.
            raise

    def close(self) -> None:
        """Say goodbye, without waiting for an answer."""
        self._drop()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()  # Takes 34 ms: once, and only when needed.

    def _exchange(self, envelope: Envelope, payload: bytes, until: float) -> Handover:
        try:
            session, reply = self._announce(envelope, until)
            handover = self._offer(session, envelope, payload, reply)
        except OSError as error:  # Those of smtplib and ssl are kinds of it.
            handover = explain(error, Outcome.RETRY, is_late=clock.monotonic() >= until)
            self._drop()
            return handover
        if handover is None:
            handover = _read_verdict(session)
        self._settle(session, handover)
        return handover

    def _offer(self, session: SmtpSession, envelope: Envelope, payload: bytes, reply: Reply) -> Handover | None:
        """Send everything up to the last byte of the mail; None when all of it went. An error is a certain failure."""
        if reply[0] not in ACCEPTED:
            return judge(Step.SENDER, reply)
        reply = session.docmd("RCPT", f"TO:<{envelope.recipient}>")
        if reply[0] not in ACCEPTED:
            return judge(Step.RECIPIENT, reply)
        if self._journal is not None and session.docmd("RCPT", f"TO:<{self._journal}>")[0] not in ACCEPTED:
            log.warning("the server refused the copy for the journal: this mail goes without proof")
        faults.at("mail.before_data")
        reply = session.docmd("DATA")
        if reply[0] != GO_AHEAD:
            return judge(Step.START, reply)
        # A line with only a dot ends the mail; the first one is a header. An expression that looks for the beginning of
        # each line took a third of all the time.
        lines = payload.replace(b"\n.", b"\n..")
        session.send(lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n"))
        faults.at("mail.after_data")
        return None

    def _announce(self, envelope: Envelope, until: float) -> tuple[SmtpSession, Reply]:
        """Name the sender. This shows whether a kept connection is still alive; if not, a new one takes its place."""
        if self._session is not None and self._begun < _MESSAGES_PER_CONNECTION and not self._is_idle():
            self._session.until = until
            with suppress(OSError):
                reply = self._session.docmd("MAIL", f"FROM:<{envelope.sender}>")
                if reply[0] in ACCEPTED:
                    return self._session, reply
        self._drop()
        self._session, self._begun = open_session(self._server, lambda: self._tls, until), 0
        return self._session, self._session.docmd("MAIL", f"FROM:<{envelope.sender}>")

    def _is_idle(self) -> bool:
        return clock.monotonic() - self._used_at > _IDLE_S

    def _settle(self, session: SmtpSession, handover: Handover) -> None:
        """Keep the connection for the next mail, if we know where we stand with the server."""
        self._begun += 1
        self._used_at = clock.monotonic()
        if handover.outcome is Outcome.HANDED_OVER:
            return
        with suppress(OSError, ValueError):
            code = int(handover.code)
            if code != _CLOSING and (code in TEMPORARY or code in PERMANENT) and session.rset()[0] in ACCEPTED:
                return
        self._drop()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.until = clock.monotonic() + _GOODBYE_S
            with suppress(OSError):
                session.putcmd("QUIT")
            session.close()


def _read_verdict(session: SmtpSession) -> Handover:
    """Read the answer to the whole mail; without one nobody knows whether the server took it."""
    try:
        reply = session.getreply()
    except OSError as error:
        return explain(error, Outcome.UNCERTAIN, is_late=clock.monotonic() >= session.until)
    faults.at("mail.after_verdict")
    return judge(Step.END, reply)
