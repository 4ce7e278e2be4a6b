"""When is a message tried again, and when is it given up?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.moments import at_time, day_of

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.domain.calendars import Calendar

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""After the first attempt, the second, and so on."""

MORNINGS = 2
"""Working mornings on which it is tried once more after that."""


def next_attempt_at(attempts: int, *, at: datetime, calendar: Calendar) -> datetime | None:
    """Return when to try again after this many attempts, inside the sending window; None when it is given up.

    The last attempt is about three working days after the first.
    """
    if attempts <= len(DELAYS):
        return calendar.next_window(at + DELAYS[attempts - 1])
    if attempts <= len(DELAYS) + MORNINGS:
        return at_time(calendar.add_working_days(day_of(at), 1), WINDOW_OPENS)
    return None
