"""A file is written in one go, or not at all."""

from __future__ import annotations

import errno
from pathlib import Path
from tempfile import NamedTemporaryFile

from ipa_core.errors import FolderMissing

_MODE = 0o644  # An unfinished file is for its owner only; what it becomes is not.


def refuse_unwritable(file: Path) -> None:
    """Raise FolderMissing or OSError when the file cannot be written; who stores something first asks this first."""
    if not file.parent.is_dir():
        raise FolderMissing(file.parent)
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, "", str(file))
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}."):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error


def write_whole(file: Path, content: bytes) -> None:
    """Write the file: whoever opens it meanwhile sees the old one or the new one."""
    refuse_unwritable(file)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as made:
        unfinished = Path(made.name)
    try:
        unfinished.write_bytes(content)
        unfinished.chmod(_MODE)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
