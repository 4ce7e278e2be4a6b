"""What does the answer of a mail server mean for the message?

Until the last byte of the message is sent a failure is certain: it did not go. After that only an answer tells. Answers
before the sender is accepted (greeting, login), and about the sender, concern every message alike: they are trouble of
the channel, also when the server calls them permanent. Otherwise one wrong password would kill the whole outbox. The
same goes for a server that will not relay for us (5.7.x about a recipient): it says nothing about the address.
"""

import re
import smtplib
import ssl
from enum import StrEnum
from typing import Final

from ipa_core.channels.handover import Handover, Outcome

Reply = tuple[int, bytes]

ACCEPTED: Final = range(200, 300)
GO_AHEAD: Final = 354
TEMPORARY: Final = range(400, 500)
PERMANENT: Final = range(500, 600)
_LOGIN_NEEDED: Final = frozenset({530, 534, 535, 538})
_CLOSING: Final = 421
_NOT_ALLOWED: Final = b"5.7."  # The enhanced code (RFC 3463) for: not for you. `Relay access denied` is one.
_LONGEST: Final = 200


class NoTlsError(smtplib.SMTPNotSupportedError):
    """The connection is not secured, so the password was not sent."""


class Step(StrEnum):
    """The moments at which a server can refuse one message."""

    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    START = "DATA"
    END = "end of DATA"


def judge(step: Step, reply: Reply) -> Handover:
    """Return what the reply to `step` means; only at the end, or for a refusal, is that the last word."""
    code, words = reply
    outcome = _outcome(step, code, words)
    if outcome is Outcome.HANDED_OVER:
        return Handover(outcome=outcome, code=str(code), reference=_tidy(words))
    return Handover(outcome=outcome, code=str(code), detail=_tidy(f"{step}: ".encode() + words))


def _outcome(step: Step, code: int, words: bytes) -> Outcome:
    if step is Step.SENDER or code in _LOGIN_NEEDED or code == _CLOSING:
        return Outcome.RETRY
    if code in PERMANENT:
        is_about_us = step is Step.RECIPIENT and words.startswith(_NOT_ALLOWED)
        return Outcome.DEFERRED if is_about_us else Outcome.REFUSED
    if code in TEMPORARY:
        return Outcome.DEFERRED
    if step is not Step.END:
        return Outcome.RETRY
    return Outcome.HANDED_OVER if code in ACCEPTED else Outcome.UNCERTAIN


def explain(error: OSError, outcome: Outcome, *, is_late: bool) -> Handover:
    """Return why no usable answer came; what that means, `outcome`, the caller knows."""
    match error:
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words):
            text = words if isinstance(words, bytes) else str(words).encode()
            return Handover(outcome=outcome, code=str(code), detail=_tidy(text))
        case NoTlsError():
            return Handover(outcome=outcome, code="no_tls", detail=str(error))
        case smtplib.SMTPNotSupportedError():
            return Handover(outcome=outcome, code="unsupported", detail=str(error))
        case ssl.SSLError():
            word = "tls"
        case _:
            word = "timeout" if is_late or isinstance(error, TimeoutError) else "connection"
    return Handover(outcome=outcome, code=word, detail=error.strerror or type(error).__name__)


def _tidy(words: bytes) -> str:
    """One printable line without mail addresses: servers like to repeat the recipient."""
    line = "".join(char if char.isprintable() else " " for char in words.decode("utf-8", "replace"))
    return re.sub(r"\S*@\S*", "<…>", line)[:_LONGEST].strip()
