"""How does a process end when the one that started it is gone, whatever happened to that one?

`ipa serve` holds the other end of our standard input and never writes to it. The operating system closes it when
`ipa serve` ends, also after `kill -9`; that works wherever there are pipes.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread


def end_with_parent() -> None:
    """End this process and its children as soon as the parent is gone; the process must lead a group of its own."""
    Thread(target=_wait_and_end, name="end-with-parent", daemon=True).start()


def _wait_and_end() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)
