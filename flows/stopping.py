"""Was this process asked to stop? A run then stops between two messages, for one that is broken off may go twice.

`ipa serve` passes on SIGTERM to its runs when it stops; systemd may send it to every process of a service at once.
"""

from __future__ import annotations

import signal
from contextlib import suppress

_asked: list[int] = []


def heed_sigterm() -> None:
    """Note SIGTERM from now on; Prefect would break off what goes on, and call the run crashed."""
    with suppress(ValueError):  # Only the main thread may say so, and only there it would break anything off.
        signal.signal(signal.SIGTERM, lambda number, _: _asked.append(number))


def is_stopping() -> bool:
    """Tell whether the signal came."""
    return bool(_asked)
