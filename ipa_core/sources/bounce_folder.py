"""Mail that came back, from a Maildir: the folder into which a mail server delivers, one file per mail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NEW, SEEN = "new", "cur"
MOST_BYTES = 256 * 1024
"""What we read of a mail. What is for programs comes before the text of the message that came back."""


@dataclass(frozen=True, slots=True)
class BounceFolder:
    """A Maildir; only what is new in it counts."""

    folder: Path

    def list_waiting(self) -> list[Path]:
        """Return the mails that nobody read yet, by name."""
        new = self.folder / NEW
        if not new.is_dir():
            return []
        return [path for path in sorted(new.iterdir()) if path.is_file() and not path.name.startswith(".")]

    def fetch(self, path: Path) -> bytes | None:
        """Read the beginning of one of them; None when somebody took it away."""
        try:
            with path.open("rb") as file:
                return file.read(MOST_BYTES)
        except FileNotFoundError:
            return None

    def settle(self, path: Path) -> None:
        """Mark it as read; done twice after a crash, it ends the same way."""
        target = self.folder / SEEN
        target.mkdir(mode=0o700, exist_ok=True)
        path.replace(target / f"{path.name}:2,S")
