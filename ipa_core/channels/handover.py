"""What became of one message? The answer of a channel, as far as it can be known.

A mail server that accepted a message has it; whether it arrives, and whether somebody reads it, nobody can tell. So
the best outcome is called handed over, not delivered.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from typing import Final, Protocol, Self

DEADLINE_S: Final = 60.0
"""What handing over one message may take in all, connecting included."""


JOURNAL: Final = "journal"
"""The code of a hand-over that the journal proved afterwards."""


class Outcome(StrEnum):
    """What the caller does next depends on this alone."""

    HANDED_OVER = "handed_over"
    """The other side has it and said so."""

    RETRY = "retry"
    """It certainly did not go, and the cause is the channel (connection, timeout, login, sender), not the message."""

    DEFERRED = "deferred"
    """It certainly did not go: the server put off this recipient or this message (4xx), or will not relay it."""

    REFUSED = "refused"
    """It certainly did not go and never will: a permanent refusal of this recipient or this message."""

    UNCERTAIN = "uncertain"
    """All of it was sent, and the connection broke before the answer: it may or may not have gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The outcome, and what it rests on.

    `code` is the reply code of the mail server ("250", "450"), or one word when there was none: `eml`, `connection`,
    `timeout`, `tls`, `no_tls`, `unsupported`, `folder`, `invalid`, `journal`. `detail` is one line for the
    administrator, without mail addresses; `reference` is what the other side calls the message (its answer, or the name
    of the file), empty when it did not go.
    """

    outcome: Outcome
    code: str
    detail: str = ""
    reference: str = ""


class Channel(Protocol):
    """One way to hand over messages. Not for use by two threads at once."""

    def deliver(self, message: EmailMessage) -> Handover:
        """Hand over a finished message to its one recipient; what goes wrong on the way is an outcome, not an error."""

    def close(self) -> None:
        """Let go of what is kept open between messages; a second time does nothing."""

    def __enter__(self) -> Self:
        """Keep open between messages what can be."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let go of it."""
        self.close()
