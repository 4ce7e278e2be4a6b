"""A mail is given to a server on this machine."""

from email.message import EmailMessage
from typing import Any

from ipa_core.channels.apprise_mail import AppriseChannel, channel_to
from ipa_core.channels.handover import Handover
from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp import SmtpSender


def a_channel(port: int, *, deadline: float = 5.0, **changes: Any) -> AppriseChannel:
    tls = changes.pop("tls", None)
    server = MailServer(**{"host": "127.0.0.1", "port": port, "is_tls": False, **changes})
    return channel_to(SmtpSender(server, deadline=deadline, tls=tls))


def deliver(port: int, mail: EmailMessage, **changes: Any) -> Handover:
    with a_channel(port, **changes) as channel:
        return channel.deliver(mail)
