"""A file is written in one go, or not at all."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from ipa_core.errors import FolderMissing

_MODE = 0o644  # An unfinished file is for its owner only; what it becomes is not.


def write_whole(file: Path, content: bytes) -> None:
    """Write the file: whoever opens it meanwhile sees the old one or the new one."""
    if not file.parent.is_dir():
        raise FolderMissing(file.parent)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as made:
        unfinished = Path(made.name)
    try:
        unfinished.write_bytes(content)
        unfinished.chmod(_MODE)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
