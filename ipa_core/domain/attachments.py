"""What travels with a message, beside its words?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AttachmentKind(StrEnum):
    """What a file is for."""

    FORM = "form"
    """The Excel form of a request, prefilled."""

    DEADLINE = "deadline"
    """The last day to answer, for an agenda."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along with a message; `name` is plain ASCII."""

    name: str
    kind: AttachmentKind
    content: bytes
