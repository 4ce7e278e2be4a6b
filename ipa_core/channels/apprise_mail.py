"""How does Apprise deliver our mails? As dispatcher only: through a plug-in of our own, one object for one target.

The stock `mailto` plug-in sleeps 5.5 seconds between mails, writes headers of its own and hides the server's answer;
and an Apprise address built from data can send a mail elsewhere. So the finished message goes in as an object, past
Apprise's ideas of title and body, and the outcome comes back the same way.

Importing this module imports Apprise: do it late.
"""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final, Protocol

from apprise import Apprise, AppriseAsset, NotifyBase

from ipa_core.channels.handover import DEADLINE_S, Channel, Handover, Outcome
from ipa_core.channels.mail import Envelope, read_envelope, wire_bytes
from ipa_core.channels.mail_folder import MailFolder
from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp import SmtpSender
from ipa_core.domain.messages import INVALID
from ipa_core.domain.return_addresses import ReturnAddress

_PLACEHOLDER: Final = "mail"  # Apprise wants a body; it is not the one that is sent.


class Carrier(Protocol):
    """What carries the bytes away: a `MailFolder` or an `SmtpSender`."""

    def hand_over(self, envelope: Envelope, payload: bytes) -> Handover:
        """Hand over one mail; what goes wrong on the way is in the answer."""

    def close(self) -> None:
        """Let go of what is kept open between mails."""


class MailPlugin(NotifyBase):
    """The plug-in: gives the pending message to its carrier, and remembers what came of it."""

    request_rate_per_sec = 0

    def __init__(self, carrier: Carrier, asset: AppriseAsset, returns: ReturnAddress | None = None) -> None:
        super().__init__(asset=asset)  # type: ignore[no-untyped-call] # Apprise has no types here
        self._carrier = carrier
        self._returns = returns
        self._pending: EmailMessage | None = None
        self._result: Handover | Exception | None = None

    def url(self, *_: Any, **__: Any) -> str:  # noqa: ANN401 - Apprise passes what it likes.
        """Return a name for Apprise's logs, without server, user or password."""
        return "ipa-mail://"

    def load(self, message: EmailMessage) -> None:
        """Keep the message for the next `send`."""
        self._pending, self._result = message, None

    def send(self, *_: Any, **__: Any) -> bool:  # noqa: ANN401 - The placeholder comes in here.
        """Hand over the loaded message, once; Apprise only hears whether it went."""
        message, self._pending = self._pending, None
        if message is None:
            return False
        try:
            self._result = self._hand_over(message)
        except Exception as error:  # noqa: BLE001 - Apprise would log it with all its values and forget it.
            self._result = error
            return False
        return self._result.outcome is Outcome.HANDED_OVER

    def result(self) -> Handover:
        """Return what came of the loaded message; a defect of our own is raised here."""
        if self._result is None:
            raise RuntimeError
        if isinstance(self._result, Exception):
            raise self._result
        return self._result

    def close(self) -> None:
        """Close the connection, if there is one."""
        self._carrier.close()

    def _hand_over(self, message: EmailMessage) -> Handover:
        try:
            envelope = read_envelope(message)
        except ValueError as error:
            return Handover(outcome=Outcome.REFUSED, code=INVALID, detail=str(error))
        if self._returns is not None:
            envelope = replace(envelope, sender=self._returns.of(envelope.message_id))
        return self._carrier.hand_over(envelope, wire_bytes(message))


class AppriseChannel(Channel):
    """A channel with exactly one plug-in, so that one call has one target."""

    def __init__(self, plugin: MailPlugin) -> None:
        self._plugin = plugin
        self._apprise = Apprise(plugin, asset=plugin.asset)

    def deliver(self, message: EmailMessage) -> Handover:
        """Hand over one message; only a defect of our own raises."""
        self._plugin.load(message)
        self._apprise.notify(body=_PLACEHOLDER)
        return self._plugin.result()

    def close(self) -> None:
        """Close the connection, if there is one."""
        self._plugin.close()


def open_channel(
    mail_url: str | None,
    mail_folder: Path,
    *,
    deadline: float = DEADLINE_S,
    journal: str | None = None,
    returns: ReturnAddress | None = None,
) -> Channel:
    """Return the channel to the mail server at `mail_url`, or into the folder when there is none; connects nothing yet.

    `deadline` is the number of seconds that one message may take in all; `journal` is the address that gets a copy of
    each mail to a server. What cannot be delivered comes back to the sender, or to the address that `returns` has for
    each message.

    Raises:
        BadAddress: `mail_url` is no address of a mail server; the error does not repeat it.

    """
    if mail_url is None:
        return channel_to(MailFolder(mail_folder))
    return channel_to(SmtpSender(MailServer.from_url(mail_url), deadline=deadline, journal=journal), returns)


def channel_to(carrier: Carrier, returns: ReturnAddress | None = None) -> AppriseChannel:
    """Return the channel that gives its messages to `carrier`, with a return address for each if asked."""
    asset = AppriseAsset(secure_logging=True, async_mode=False, default_service_retry=0)
    return AppriseChannel(MailPlugin(carrier, asset, returns))
