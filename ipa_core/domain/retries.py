"""When is a message tried again, and when is it given up?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.domain.calendars import Calendar

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=1),
)
"""After the first attempt, the second, and so on; the last two fall on working mornings."""

GIVEN_UP_AFTER = timedelta(hours=72)


def next_attempt_at(attempts: int, *, first_due_at: datetime, at: datetime, calendar: Calendar) -> datetime | None:
    """Return when to try again after this many attempts, inside the sending window; None when it is given up.

    Seventy-two hours count from the moment on which the message was first due, and never end inside a weekend: the
    schedule itself is always walked to its end.
    """
    if attempts > len(DELAYS):
        return None
    if attempts == len(DELAYS) and at - first_due_at > GIVEN_UP_AFTER:
        return None
    return calendar.next_window(at + DELAYS[attempts - 1])
