"""What does a mail look like on the wire? The same inputs give the same bytes."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parsedate_to_datetime
from typing import Final

from ipa_core.channels.mail_headers import checked_address, checked_message_id, checked_sender, header_text
from ipa_core.domain.attachments import Attachment, AttachmentKind
from ipa_core.domain.moments import as_utc

_FORBIDDEN: Final = ("Cc", "Bcc", "Sender", "Resent-From", "Resent-To", "Resent-Cc", "Resent-Bcc")


class _MessageIds(UnstructuredHeader, BaseHeader):
    """Message-IDs one below the other; the standard header would turn long ones into encoded words."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {(policy.linesep + ' ').join(self.split())}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("in-reply-to", _MessageIds)
_HEADERS.map_to_type("references", _MessageIds)
_MEDIA: Final[Mapping[AttachmentKind, tuple[str, str, Mapping[str, str]]]] = {
    AttachmentKind.FORM: ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet", {}),
    AttachmentKind.DEADLINE: ("text", "calendar", {"method": "PUBLISH", "charset": "utf-8"}),
}
_COMPOSED: Final = SMTP.clone(header_factory=_HEADERS)
_WIRE: Final = SMTP.clone(refold_source="none", cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom to whom, and which message: read from the headers, checked again."""

    sender: str
    recipient: str
    message_id: str
    sent_at: datetime


def compose(
    *,
    message_id: str,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    references: Sequence[str],
    date: datetime,
) -> EmailMessage:
    """Return the finished mail to one recipient.

    `message_id` and `references` (oldest first; the last is the one answered) stand between `<` and `>`; `sender` may
    be `Name <address>`, `recipient` is a bare address. A subject of more than 200 characters is cut.

    Raises:
        ValueError: with the name of the input that cannot be: a control character in a header, anything but one plain
            address, a malformed Message-ID, a naive date. The value itself may be personal, and stays out.

    """
    if date.utcoffset() is None:
        raise ValueError("date")
    message = EmailMessage(policy=_COMPOSED)
    message["Message-ID"] = checked_message_id(message_id, "message_id")
    message["Date"] = as_utc(date)
    display_name, address = checked_sender(sender, "sender")
    message["From"] = Address(display_name, addr_spec=address)
    message["To"] = Address(addr_spec=checked_address(recipient, "recipient"))
    message["Subject"] = header_text(subject, "subject")
    message["Auto-Submitted"] = "auto-generated"
    if references:
        message["In-Reply-To"] = checked_message_id(references[-1], "references")
        message["References"] = " ".join(checked_message_id(each, "references") for each in references)
    # Quoted-printable keeps lines short and ASCII, and cannot contain the `=_` that the boundary below begins with.
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(_boundary("words", message_id))
    return message


def attach(message: EmailMessage, files: Sequence[Attachment]) -> None:
    """Add the files to a composed mail, in order, below its words; in base64, so that every byte arrives."""
    for one in files:
        maintype, subtype, parameters = _MEDIA[one.kind]
        message.add_attachment(one.content, maintype, subtype, filename=one.name, params=dict(parameters))
    if files:
        message.set_boundary(_boundary("files", str(message["Message-ID"])))


def _boundary(of: str, message_id: str) -> str:
    return f"=_ipa_{hashlib.sha256(f'{of}:{message_id}'.encode()).hexdigest()[:32]}"


def wire_bytes(message: EmailMessage) -> bytes:
    """Return the message as it travels: ASCII, CRLF. A message read back from such bytes gives the same bytes."""
    return message.stored if isinstance(message, StoredMail) else message.as_bytes(policy=_WIRE)


class StoredMail(EmailMessage):
    """A message that was composed before: its headers to look at, and its bytes to send exactly as they were kept.

    Reading and writing all of it again would take ten times as long as handing it over.
    """

    stored: bytes


def read_stored(stored: bytes) -> StoredMail:
    """Return the message of which `wire_bytes` gave these bytes; its body stays in the bytes."""
    head, _, _ = stored.partition(b"\r\n\r\n")
    message = StoredMail(policy=_WIRE)
    for field in re.split(r"\r\n(?![ \t])", head.decode("ascii")):
        name, _, value = field.partition(":")
        message.set_raw(name, value.lstrip())
    message.stored = stored
    return message


def read_envelope(message: EmailMessage) -> Envelope:
    """Read from whom to whom the message goes.

    Raises:
        ValueError: with the name of the header: one that is not there exactly once in the form that `compose` gives it,
            or one (Cc, Bcc, Sender, Resent-…) that would name somebody else.

    """
    # As they stand: taking them apart by the standard's full grammar costs as much as sending the mail.
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), []).append(str(value).replace("\r\n", "").replace("\n", "").strip())
    for name in _FORBIDDEN:
        if name.lower() in headers:
            raise ValueError(name)
    sender, recipient, sent_at, message_id = (_only(headers, name) for name in ("From", "To", "Date", "Message-ID"))
    return Envelope(
        sender=checked_sender(sender, "From")[1],
        recipient=checked_address(recipient, "To"),
        message_id=checked_message_id(message_id, "Message-ID"),
        sent_at=_instant(sent_at),
    )


def _only(headers: Mapping[str, Sequence[str]], name: str) -> str:
    values = headers.get(name.lower(), ())
    if len(values) != 1:
        raise ValueError(name)
    return values[0]


def _instant(text: str) -> datetime:
    try:
        return as_utc(parsedate_to_datetime(text))
    except ValueError:
        raise ValueError("Date") from None
