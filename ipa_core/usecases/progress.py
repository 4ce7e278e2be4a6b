"""How far is a long piece of work? Who does the work tells it; a shell may show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is counted, how many are done, and how many there are."""


def unseen(what: str, done: int, of: int) -> None:
    """Show nothing."""
