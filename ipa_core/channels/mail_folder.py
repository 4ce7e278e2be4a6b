"""Where do mails go without a mail server? Into a folder, one `.eml` file each, that every mail program opens."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail import Envelope
from ipa_core.domain.moments import day_of


class MailFolder:
    """Writes mails into `folder`, which is made when it is missing; only its owner may look inside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, envelope: Envelope, payload: bytes) -> Handover:
        """Write one file. The same Message-ID again writes the same file again, so a repeat doubles nothing."""
        name = file_name(envelope)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(self._folder / name, payload)
        except OSError as error:
            return Handover(outcome=Outcome.RETRY, code="folder", detail=error.strerror or type(error).__name__)
        return Handover(outcome=Outcome.HANDED_OVER, code="eml", reference=name)

    def close(self) -> None:
        """Nothing stays open between messages."""


def file_name(envelope: Envelope) -> str:
    """Return day in Amsterdam, recipient and a mark of the Message-ID: `2026-02-04-szw-main-1f0c9a2b.eml`."""
    local_part = envelope.recipient.partition("@")[0].lower()
    slug = re.sub(r"[^a-z0-9]+", "-", local_part).strip("-") or "x"
    mark = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:8]
    return f"{day_of(envelope.sent_at)}-{slug}-{mark}.eml"


def _write_durably(path: Path, payload: bytes) -> None:
    """A reader sees the whole file or none, and after a power cut what was reported as written is there."""
    handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
