"""Why does somebody hear something? Reasons, and the readable keys that make each notice happen once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.ladders import Rung


class NoticeReason(StrEnum):
    """The reason line of an item in a message."""

    FIRST_TIME = "first_time"
    CAME_BACK = "came_back"
    REMINDER = "reminder"
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
