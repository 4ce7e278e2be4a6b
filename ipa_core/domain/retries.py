"""When is a message tried again, and when is it given up?

Three kinds of trouble are told apart. Trouble of the *channel* (no server, no login) says nothing about the message and
never counts against it. A server that puts off this one *message* does: it is tried by the schedule, for as many
working days as it has. After a *doubt* (all of it was sent, no answer came) each try may be another copy, so there is
one more, and no third. Being put off ends a message only if the channel works for others meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import takewhile
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.moments import at_time, day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

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

PROBES = DELAYS[:3]
"""While the channel itself has trouble a message waits this long, the last one again and again."""

DOUBTFUL_TRIES = 2
"""How often a message may be sent without any answer."""

JITTER = 0.1
"""A delay gets shorter by at most this share of itself: a dispatcher that comes every half hour still meets it."""


class Trouble(StrEnum):
    """Why a try brought nothing."""

    CHANNEL = "channel"
    MESSAGE = "message"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt that did not succeed."""

    at: datetime
    trouble: Trouble


def counting(tries: Sequence[Try]) -> list[Try]:
    """Return the tries that count against the message."""
    return [one for one in tries if one.trouble is not Trouble.CHANNEL]


def last_try_on(first_on: date, within: int, calendar: Calendar) -> date:
    """Return the last day of a term of `within` working days: 72 hours are three, as nothing goes on other days."""
    return calendar.add_working_days(first_on, within)


def plan_retry(
    tries: Sequence[Try], *, key: str, within: int, is_channel_working: bool, calendar: Calendar
) -> datetime | None:
    """Return when to try again after these tries, inside the sending window; None when the message is given up.

    `is_channel_working` tells whether other messages went since the first try that counts against this one. It does not
    matter to a message that was sent twice without an answer: whoever got both copies gets no third one.
    """
    last = tries[-1]
    if last.trouble is Trouble.CHANNEL:
        row = sum(1 for _ in takewhile(lambda one: one.trouble is Trouble.CHANNEL, reversed(tries)))
        return _later(last.at, PROBES[min(row, len(PROBES)) - 1], key, len(tries), calendar)
    against = counting(tries)
    if sum(one.trouble is Trouble.DOUBT for one in against) >= DOUBTFUL_TRIES:
        return None
    following = _following(against, key, calendar)
    if following is not None and day_of(following) <= last_try_on(day_of(against[0].at), within, calendar):
        return following
    return None if is_channel_working else _next_morning(last.at, calendar)


def _following(against: Sequence[Try], key: str, calendar: Calendar) -> datetime | None:
    """Return the next step of the schedule; None at its end."""
    last, number = against[-1], len(against)
    if last.trouble is Trouble.DOUBT:
        return _later(last.at, DELAYS[2], key, number, calendar)
    if number <= len(DELAYS):
        return _later(last.at, DELAYS[number - 1], key, number, calendar)
    return _next_morning(last.at, calendar) if number <= len(DELAYS) + MORNINGS else None


def _later(at: datetime, delay: timedelta, key: str, number: int, calendar: Calendar) -> datetime:
    """Return the end of the delay, which follows from the message and the try: no two runs plan differently."""
    share = int.from_bytes(sha256(f"{key}:{number}".encode()).digest()[:4]) / 2**32
    early = timedelta(seconds=int(delay.total_seconds() * JITTER * share))
    return calendar.next_window(at + delay - early)


def _next_morning(at: datetime, calendar: Calendar) -> datetime:
    return at_time(calendar.add_working_days(day_of(at), 1), WINDOW_OPENS)
