"""Why does somebody hear something? Reasons, and the readable keys that make each notice happen once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ipa_core.domain.ladders import Rung

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ipa_core.domain.rounds import Request


class NoticeReason(StrEnum):
    """The reason line of an item in a message."""

    FIRST_TIME = "first_time"
    CAME_BACK = "came_back"
    REMINDER = "reminder"
    DATE_MOVED = "date_moved"
    LATE = "late"
    ESCALATION = "escalation"
    REPEAT = "repeat"
    UNACKNOWLEDGED = "unacknowledged"
    CRITICAL = "critical"
    WORSE = "worse"
    SNOOZE_ENDED = "snooze_ended"
    SOLVED = "solved"
    TAKEN_OVER = "taken_over"
    PASSED_ON = "passed_on"
    MENTION = "mention"
    DIGEST = "digest"
    STAND_IN = "stand_in"


_REQUEST_REASONS: Final[Mapping[Rung, NoticeReason]] = {
    Rung.REQUEST: NoticeReason.FIRST_TIME,
    Rung.FIRST_REMINDER: NoticeReason.REMINDER,
    Rung.SECOND_REMINDER: NoticeReason.REMINDER,
    Rung.DUE_TODAY: NoticeReason.REMINDER,
    Rung.LATE: NoticeReason.LATE,
    Rung.LATE_WITH_NOTICE: NoticeReason.LATE,
    Rung.ESCALATION: NoticeReason.ESCALATION,
}


def request_reason(request: Request, rung: Rung) -> NoticeReason:
    """Return why somebody hears a rung of a request."""
    is_handover = rung is Rung.REQUEST and request.is_follow_up
    return NoticeReason.TAKEN_OVER if is_handover else _REQUEST_REASONS[rung]


def request_key(request: str, rung: Rung, recipient: str) -> str:
    """Return `request:<round>:<ministry>:<rung>:<recipient>`; `request` is its code."""
    return f"request:{request}:{rung.value}:{recipient}"


def signal_key(signal: str, episode: int, rung: Rung, recipient: str) -> str:
    """Return `signal:<id>:<episode>:<rung>:<recipient>`."""
    return f"signal:{signal}:{episode}:{rung.value}:{recipient}"


def digest_key(period: str, recipient: str) -> str:
    """Return `digest:<period>:<recipient>`."""
    return f"digest:{period}:{recipient}"


def post_key(period: str, recipient: str) -> str:
    """Return the key of the same digest as a post in the channel of that reader: it is a message of its own."""
    return f"{digest_key(period, recipient)}:teams"


def bundle_key(slot_on: date, recipient: str) -> str:
    """Return `bundle:<day>:<recipient>`: one bundle per recipient per working day."""
    return f"bundle:{slot_on.isoformat()}:{recipient}"
