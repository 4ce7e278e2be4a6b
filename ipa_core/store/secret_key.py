"""The secret that signs forms and links: made once, and kept in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

_BYTES = 32


def load_or_make_key(file: Path) -> str:
    """Return the key in the file; the first one who asks makes it.

    A link to a finished file either appears or was there already, so two processes that start at once get the same
    key, and none reads half of one.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, prefix=".secret_key.", encoding="ascii") as made:
            made.write(secrets.token_hex(_BYTES))  # The temporary file has mode 600 from the start.
            made.flush()
            os.fsync(made.fileno())
            _link(Path(made.name), file)
    return file.read_text("ascii").strip()


def _link(made: Path, file: Path) -> None:
    try:
        file.hardlink_to(made)
    except FileExistsError:
        return
