"""What do we promise about a promised text itself: that it is handed over in time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ipa_core.domain.expectations import Subject, SubjectKind

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.domain.organisations import Role

INVALID: Final = "invalid"
"""The code of what cannot stand in a mail, such as an address that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedMessage:
    """One message to one person, who is named by role and ministry only.

    `died_at` is when it was refused for good or given up, with the `code` of the last answer and the number of
    `attempts`. `settled_at` is when it was handed over, withdrawn because nothing in it was true any more, or
    replaced: another message reached the same mailbox, its deputy, or its successor.
    """

    id: int
    ministry: str
    role: Role
    slot_on: date
    promised_at: datetime
    died_at: datetime | None = None
    settled_at: datetime | None = None
    code: str = ""
    attempts: int = 0

    @property
    def subject(self) -> Subject:
        """What signals on this message are about."""
        return Subject(kind=SubjectKind.MESSAGE, code=message_code(self.id))


def message_code(identity: int) -> str:
    """Return `message:<id>`, as in the log of acts; an address is personal and stays out of ids."""
    return f"message:{identity}"


def message_id_of(code: str) -> int:
    """Return the id in `message:<id>`."""
    return int(code.rpartition(":")[2])
