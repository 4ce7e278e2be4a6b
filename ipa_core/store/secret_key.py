"""The secret that signs forms and links: made once, and kept in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from ipa_core.store.archives import flush_folder

_BYTES = 32


def load_or_make_key(file: Path) -> str:
    """Return the key in the file; the first one who asks makes it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        put_key(file, secrets.token_hex(_BYTES).encode("ascii"))
    return file.read_text("ascii").strip()


def put_key(file: Path, key: bytes) -> bool:
    """Write the key to the file if that is not there yet, and tell whether this did it.

    A link to a finished file either appears or was there already, so two processes that start at once get the same
    key, and none reads half of one.
    """
    with NamedTemporaryFile(dir=file.parent, prefix=".secret_key.") as made:
        made.write(key)  # The temporary file has mode 600 from the start.
        made.flush()
        os.fsync(made.fileno())
        try:
            file.hardlink_to(made.name)
        except FileExistsError:
            return False
    flush_folder(file.parent)
    return True
