"""Submissions from a folder: fetched as they lie there, and moved away with a receipt once they were read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

log = logging.getLogger(__name__)

DONE, RETURNED = "done", "returned"
RECEIPT_ENDING = ".ontvangst.txt"
_UNFINISHED = (".part", ".tmp", ".crdownload", RECEIPT_ENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """A file with its bytes."""

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """The name as the sender gave it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class DropFolder:
    """A folder into which people and programs put files."""

    folder: Path

    def fetch(self) -> list[FetchedFile]:
        """Return the files that are there, by name. Hidden files and files that are still being written stay."""
        if not self.folder.is_dir():
            return []
        names = [
            path
            for path in sorted(self.folder.iterdir())
            if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith(_UNFINISHED)
        ]
        return [file for path in names if (file := _read(path)) is not None]

    def settle(self, file: FetchedFile, *, receipt: str, is_returned: bool) -> Path:
        """Write the receipt, then move the file beside it; done twice after a crash, it ends the same way.

        A file that was replaced by another one since it was fetched stays, and is read the next time.
        """
        target = self.folder / (RETURNED if is_returned else DONE)
        target.mkdir(parents=True, exist_ok=True)
        moved = target / file.name
        if moved.exists():
            moved = target / f"{moved.stem}-{sha256(file.content).hexdigest()[:8]}{moved.suffix}"
        unfinished = moved.with_name(f".{moved.name}{RECEIPT_ENDING}")
        unfinished.write_text(receipt, encoding="utf-8")
        unfinished.replace(moved.with_name(moved.name + RECEIPT_ENDING))
        if (now := _read(file.path)) is not None and now.content == file.content:
            file.path.replace(moved)
        return moved


def _read(path: Path) -> FetchedFile | None:
    """Read a file; None when somebody took it away, or it may not be read: it stays and the others go on."""
    try:
        return FetchedFile(path=path, content=path.read_bytes())
    except OSError as error:
        if path.exists():
            log.warning("a file in the drop folder cannot be read: %s", error.strerror)
        return None
