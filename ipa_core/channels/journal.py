"""Did a message go? A mailbox of our own, which gets a copy of every mail in the same exchange, knows.

A mail server takes a message for all its recipients at once. So when the copy is there, the server took the message for
the reader too; when it is not, and had the time to come, it did not.
"""

from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from ipa_core.channels.journal_mailbox import JournalMailbox
from ipa_core.errors import BadAddress

PATIENCE_S: Final = 30.0
"""What one question may take in all, connecting included."""

_HEAD: Final = 65_536


class Journal(Protocol):
    """Where the copies arrive."""

    def has(self, message_id: str) -> bool:
        """Tell whether a mail with this Message-ID came in; OSError when that cannot be told now."""


class JournalFolder:
    """A Maildir that a mail server on this machine, or a program that fetches mail, fills."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, message_id: str) -> bool:
        """Look through the headers of what lies in `new` and `cur`; a folder that is not there raises OSError."""
        parser = BytesHeaderParser()
        for part in ("new", "cur"):
            for file in (self._folder / part).iterdir():
                with file.open("rb") as mail:
                    if str(parser.parsebytes(mail.read(_HEAD))["Message-ID"]).strip() == message_id:
                        return True
        return False


def open_journal(url: str) -> Journal:
    """Return the journal at `imaps://user:password@host[:port][/folder]`, `imap://…` or `maildir:///folder`.

    Connects nothing yet.

    Raises:
        BadAddress: it is something else; the error does not repeat it, because it may hold a password.

    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "maildir" and not parts.netloc and parts.path.startswith("/"):
            return JournalFolder(Path(unquote(parts.path)))
        return JournalMailbox.from_url(parts, patience=PATIENCE_S)
    except (ValueError, KeyError):
        pass
    raise BadAddress("IPA_JOURNAL_URL")
