"""Submissions from a folder: fetched as they lie there, and moved away with a receipt once they were read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ipa_core import faults

DONE, RETURNED = "done", "returned"
RECEIPT_ENDING = ".ontvangst.txt"
_UNFINISHED = (".part", ".tmp", ".crdownload", RECEIPT_ENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """A file with its bytes; without them when there are more than we read."""

    path: Path
    size: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class DropFolder:
    """A folder into which people and programs put files, of which larger ones than `max_bytes` are not read."""

    folder: Path
    max_bytes: int

    def list_waiting(self) -> list[Path]:
        """Return the files that are there, by name. Hidden files and files that are still being written stay."""
        if not self.folder.is_dir():
            return []
        return [
            path
            for path in sorted(self.folder.iterdir())
            if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith(_UNFINISHED)
        ]

    def fetch(self, path: Path) -> FetchedFile | None:
        """Read one of them; None when somebody took it away. One that may not be read raises OSError."""
        try:
            return fetch_file(path, max_bytes=self.max_bytes)
        except FileNotFoundError:
            return None

    def settle(self, file: FetchedFile, *, receipt: str, is_returned: bool) -> Path:
        """Write the receipt, then move the file beside it; done twice after a crash, it ends the same way.

        A file that was replaced by another one since it was fetched stays, and is read the next time.
        """
        target = self.folder / (RETURNED if is_returned else DONE)
        target.mkdir(parents=True, exist_ok=True)
        moved = target / file.path.name
        if moved.exists():
            mark = sha256(str(file.size).encode() if file.content is None else file.content).hexdigest()[:8]
            moved = target / f"{moved.stem}-{mark}{moved.suffix}"
        unfinished = moved.with_name(f".{moved.name}{RECEIPT_ENDING}")
        unfinished.write_text(receipt, encoding="utf-8")
        unfinished.replace(moved.with_name(moved.name + RECEIPT_ENDING))
        faults.at("intake.before_moving")
        if self.fetch(file.path) == file:
            file.path.replace(moved)
        return moved


def fetch_file(path: Path, *, max_bytes: int) -> FetchedFile:
    """Read a file, wherever it lies, unless it is larger than `max_bytes`."""
    size = path.stat().st_size
    return FetchedFile(path=path, size=size, content=path.read_bytes() if size <= max_bytes else None)
