"""One line per notice: what went, what waits, and why something did not go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A notice to one recipient; `state` is that of its message once it was promised.

    `about` is what it is about: a signal, a request or a period. `doubt` tells what is known of one that may have gone
    more often than once, or not at all.
    """

    programme: str
    key: str
    kind: str
    rung: str
    reason: str
    recipient: str
    ministry: str
    subject: str
    state: str
    planned_on: date
    handed_over_at: datetime | None
    attempts: int
    is_doubtful: bool
    why_not: str
    signals: tuple[str, ...]
    about: str = ""
    message: str = ""
    message_id: str = ""
    due_at: datetime | None = None
    doubt: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the fields by their public names."""
        return {
            "programme": self.programme,
            "key": self.key,
            "kind": self.kind,
            "rung": self.rung,
            "reason": self.reason,
            "recipient": self.recipient,
            "ministry": self.ministry,
            "subject": self.subject,
            "state": self.state,
            "planned_on": self.planned_on.isoformat(),
            "handed_over_at": self.handed_over_at.isoformat() if self.handed_over_at else None,
            "attempts": self.attempts,
            "doubtful": self.is_doubtful,
            "doubt": self.doubt,
            "why_not": self.why_not,
            "signals": list(self.signals),
            "about": self.about,
            "message": self.message,
            "message_id": self.message_id,
            "due_at": self.due_at.isoformat() if self.due_at else None,
        }
