"""Only one dispatcher at a time: a lock that ends with its holder, whatever happens to it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@contextmanager
def sole_dispatcher(engine: Engine, folder: Path, programme: str) -> Iterator[bool]:
    """Yield True to the one dispatcher of a programme, False to any other that comes while it works.

    On SQLite the lock is on a file in `folder`; on PostgreSQL it is an advisory lock on a connection of its own. Both
    are released by the operating system or the server when the holder dies, so nobody waits for the dead.
    """
    if engine.dialect.name == "postgresql":
        key = int.from_bytes(sha256(f"dispatch:{programme}".encode()).digest()[:8], signed=True)
        with engine.connect() as connection:
            got = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar())
            try:
                yield got
            finally:
                if got:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"dispatch-{programme}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
