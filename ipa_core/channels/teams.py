"""How does a post get into a channel of Teams? Through Apprise's plug-in for workflows, and no other one.

Importing this module imports Apprise: do it late.
"""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.message import EmailMessage
from typing import Final

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.plugins.workflows import NotifyWorkflows

from ipa_core.channels.handover import Channel, Handover, Outcome
from ipa_core.domain.messages import INVALID
from ipa_core.domain.teams_addresses import host_of

PRIVATE: Final = "private"
"""The code of an address that leads into our own network."""

_NOT_TAKEN: Final = "teams"


def is_public(host: str) -> bool:
    """Tell whether no address behind the name lies in our own network; a name that nobody knows harms nobody."""
    with suppress(OSError):
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found)
    return True


class TeamsChannel(Channel):
    """Posts a message where its recipient wants it: `addresses` has a Teams address for each mailbox.

    Apprise tells whether it went, and not why it did not. So what did not go is put off, and given up like a mail that
    is put off time and again. After a connection that broke too late a post may stand there twice.
    """

    def __init__(
        self, addresses: Mapping[str, str], *, deadline: float, is_allowed: Callable[[str], bool] = is_public
    ) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._is_allowed = is_allowed
        self._asset = AppriseAsset(secure_logging=True, async_mode=False, default_service_retry=0, http_redirects=False)

    def deliver(self, message: EmailMessage) -> Handover:
        """Post the subject and the text of the message."""
        address = self._addresses.get(str(message["To"]), "")
        host = host_of(address)
        if not host:
            return Handover(outcome=Outcome.REFUSED, code=INVALID, detail="channel")
        if not self._is_allowed(host):
            return Handover(outcome=Outcome.REFUSED, code=PRIVATE)
        target = Apprise(self._plugin(address), asset=self._asset)
        if target.notify(body=_text_of(message), title=str(message["Subject"]), body_format=NotifyFormat.TEXT):
            return Handover(outcome=Outcome.HANDED_OVER, code=_NOT_TAKEN, reference=_NOT_TAKEN)
        return Handover(outcome=Outcome.DEFERRED, code=_NOT_TAKEN)

    def _plugin(self, address: str) -> NotifyWorkflows:
        """Make the plug-in itself: looked up by its schema, an address could name another one."""
        parts = NotifyWorkflows.parse_url(address)
        plugin = NotifyWorkflows(**{**parts, "include_image": False, "asset": self._asset, "format": NotifyFormat.TEXT})
        plugin.request_rate_per_sec = 0
        plugin.socket_connect_timeout = plugin.socket_read_timeout = self._deadline / 2
        return plugin

    def close(self) -> None:
        """Nothing stays open between posts."""


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()).strip() if body is not None else ""
