"""What does a mail server say that returns a message?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class BounceAction(StrEnum):
    """What became of the message on its further way (RFC 3464); other words mean that it arrived somewhere."""

    FAILED = "failed"
    """It was given up: the reader will never see it."""

    DELAYED = "delayed"
    """It is still tried."""


AWAY_FOR: Final = timedelta(days=28)
"""So long a mailbox counts as away after a message came back; a new address in the register is tried at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One report: `mark` is the beginning of the Message-ID; `status` such as 5.1.1, or empty."""

    mark: str
    action: BounceAction
    status: str = ""


def checked_status(text: str) -> str:
    """Return a status code, or nothing when it is none: what a stranger wrote goes no further."""
    match = _STATUS.search(text)
    return match[0] if match is not None else ""


def is_of_bounce(code: str) -> bool:
    """Tell whether the code is what a report said of a message that came back: its status, or else its action."""
    return code == BounceAction.FAILED or (code != "" and checked_status(code) == code)
