"""Until when may one ministry answer a request, and what does an agenda need to know of that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day to answer; `uid` is the same for the request whatever becomes of it, `link` may be empty."""

    uid: str
    programme_name: str
    round: str
    organisation: str
    opened_on: date
    due_on: date
    made_at: datetime
    link: str
