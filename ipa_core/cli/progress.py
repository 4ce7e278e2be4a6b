"""A bar on the screen while something takes long; nothing when nobody looks at a screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ipa_core.usecases.progress import unseen

if TYPE_CHECKING:
    from ipa_core.usecases.progress import Progress

_WIDTH = 30
_FROM = 1000
"""What is fewer is done before anybody has read how far it is."""


def bar() -> Progress:
    """Return what shows how far it is on stderr, if that is a terminal."""
    return _show if sys.stderr.isatty() else unseen


def _show(what: str, done: int, of: int) -> None:
    if of < _FROM:
        return
    filled = _WIDTH * done // of
    end = "\n" if done == of else ""
    sys.stderr.write(f"\r{'█' * filled}{'░' * (_WIDTH - filled)} {done} van {of} {what}{end}")
    sys.stderr.flush()
