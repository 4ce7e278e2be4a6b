"""Is the machine fit: Python, SQLite, the home folder, and who can read the secrets?"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
from typing import TYPE_CHECKING, Final

from ipa_core.reports.health import Check, good, warning, wrong
from ipa_core.store.engine import SAFE_WAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipa_core.reports.health import Finding

LEAST_FREE_MB: Final = 500
"""Less free disk space than this is a warning: a run, a backup and mail need room."""

_MB: Final = 1_000_000


def check_python() -> Finding:
    """Return the versions, and the journal mode that follows from them."""
    mode = "WAL" if SAFE_WAL else "DELETE"
    code = "good" if SAFE_WAL else "older_sqlite"
    return good(Check.PYTHON, code, python=platform.python_version(), sqlite=sqlite3.sqlite_version, mode=mode)


def check_home(home: Path) -> Finding:
    """Return whether the folder is there, can be written to, and has room."""
    if home.exists() and not home.is_dir():
        return wrong(Check.HOME, "no_folder", home=home)
    place = nearest_folder(home)
    if not os.access(place, os.W_OK | os.X_OK):
        return wrong(Check.HOME, "not_writable", home=home, place=place)
    free = shutil.disk_usage(place).free // _MB
    if free < LEAST_FREE_MB:
        return warning(Check.HOME, "full", home=home, free=free)
    if not home.exists():
        return warning(Check.HOME, "absent", home=home)
    return good(Check.HOME, home=home, free=free)


def check_secrets(*files: Path) -> Iterator[Finding]:
    """Yield the files with secrets that others can read, or that there are none."""
    present = [file for file in files if file.is_file()]
    open_to_others = [file for file in present if stat.S_IMODE(file.stat().st_mode) & 0o077]
    for file in open_to_others:
        yield warning(Check.SECRETS, "readable", file=file)
    if not open_to_others:
        yield good(Check.SECRETS, "good" if present else "none", files=tuple(map(str, present)))


def nearest_folder(path: Path) -> Path:
    """Return the path itself, or the nearest folder above it that exists: there it would be made."""
    return next(place for place in (path.absolute(), *path.absolute().parents) if place.is_dir())
