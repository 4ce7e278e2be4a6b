"""A mail server for the simulation: it keeps what it took, is away at times, and machines die while it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.channels.handover import Channel, Handover, Outcome

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage


class Death(StrEnum):
    """When a dispatcher dies, seen from the message that it is handing over."""

    BEFORE = "before"
    AFTER = "after"


class Service(StrEnum):
    """What the mail server does with the messages of a day."""

    UP = "up"
    AWAY = "away"
    PUTS_OFF = "puts_off"


class MachineDied(BaseException):
    """The process is gone: nothing may catch this but the simulation itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A message that the server took."""

    at: datetime
    message_id: str
    recipient: str


@dataclass
class Wire(Channel):
    """The channel of the product in a simulated life.

    `refused` are the mailboxes that are refused for good. `death` kills the dispatcher at the next message. `answered`
    are the mailboxes about which it gave an answer since that was emptied.
    """

    now: datetime
    service: Service = Service.UP
    refused: set[str] = field(default_factory=set)
    death: Death | None = None
    accepted: list[Accepted] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)

    def deliver(self, message: EmailMessage) -> Handover:
        """Take the message, or not."""
        if self.service is Service.AWAY:
            return Handover(outcome=Outcome.RETRY, code="connection")
        if self.service is Service.PUTS_OFF:
            return Handover(outcome=Outcome.DEFERRED, code="451")
        recipient = str(message["To"])
        if recipient in self.refused:
            self.answered.add(recipient)
            return Handover(outcome=Outcome.REFUSED, code="550")
        death, self.death = self.death, None
        if death is Death.BEFORE:
            raise MachineDied
        self.accepted.append(Accepted(at=self.now, message_id=str(message["Message-ID"]), recipient=recipient))
        if death is Death.AFTER:
            raise MachineDied
        self.answered.add(recipient)
        return Handover(outcome=Outcome.HANDED_OVER, code="250", reference=f"{len(self.accepted)}")

    def close(self) -> None:
        """Nothing is kept open."""
