"""A second programme: the one that is shipped, under another code."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ipa_core.app import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

CODE = "ander"
"""Comes before `ipa`, wherever programmes are done in order."""


def another_programme(parent: Path) -> Path:
    """Write its folder below `parent`, and return it."""
    folder = parent / CODE
    shutil.copytree(SHIPPED, folder)
    words = (folder / "programme.toml").read_text("utf-8")
    (folder / "programme.toml").write_text(words.replace('code = "ipa"', f'code = "{CODE}"'), encoding="utf-8")
    return folder
