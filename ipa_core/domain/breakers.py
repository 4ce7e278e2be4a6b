"""When does a dispatcher stop for this round? Mostly when going on would only hammer a server that has trouble."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.retries import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

IN_A_ROW = 3
"""Messages in a row for which the channel itself failed."""

ENOUGH = 10
"""Attempts from which on the share of failures says something."""

RECENT = 100
"""How many of the latest attempts are looked at: trouble that begins late in a long round counts as well."""

TOO_MANY = 0.2
"""More than this share of the latest attempts failed."""


class StopReason(StrEnum):
    """Why the rest of the messages was left for a later round."""

    CHANNEL_DOWN = "channel_down"
    MANY_FAILURES = "many_failures"
    LOCK_LOST = "lock_lost"
    ASKED_TO_STOP = "asked_to_stop"
    WINDOW_CLOSED = "window_closed"


ENDS_ALL = frozenset({StopReason.LOCK_LOST, StopReason.ASKED_TO_STOP, StopReason.WINDOW_CLOSED})
"""What stops every way of sending, and not only the one that has trouble."""


def why_stop(outcomes: Sequence[Trouble | None]) -> StopReason | None:
    """Return why to stop after the attempts of this round so far, in order.

    None stands for an attempt without trouble: the message went, or the server refused it for good, which shows that
    the server works.
    """
    latest = outcomes[-IN_A_ROW:]
    if len(latest) == IN_A_ROW and all(one in (Trouble.CHANNEL, Trouble.DOUBT) for one in latest):
        return StopReason.CHANNEL_DOWN
    recent = outcomes[-RECENT:]
    failed = sum(one is not None for one in recent)
    if len(recent) >= ENOUGH and failed > TOO_MANY * len(recent):
        return StopReason.MANY_FAILURES
    return None
