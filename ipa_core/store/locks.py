"""Only one dispatcher at a time: a lock that ends with its holder, whatever happens to it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ipa_core.store.engine import with_patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine


@contextmanager
def sole_dispatcher(engine: Engine, folder: Path, programme: str) -> Iterator[Callable[[], bool]]:
    """Yield a question that is answered with True to the one dispatcher of a programme, and False to any other.

    On SQLite the lock is on a file in `folder`; on PostgreSQL it is an advisory lock on a connection of its own. Both
    are released by the operating system or the server when the holder dies, so nobody waits for the dead. A holder
    that is only frozen keeps its file lock. A connection can break while its holder lives, so the answer is asked of
    the server each time: once it is False it stays so, and the holder must stop.
    """
    if engine.dialect.name == "postgresql":
        connection, got = with_patience(lambda: _lock_in_session(engine, programme))
        with connection:
            try:
                yield lambda: got and _is_alive(connection)
            finally:
                connection.invalidate()  # Ends the session, and the lock with it, whatever state it is in.
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"dispatch-{programme}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lambda: False
            return
        yield lambda: True


def _lock_in_session(engine: Engine, programme: str) -> tuple[Connection, bool]:
    """Open a session and try to take the lock in it; each statement commits, so that no transaction stays open."""
    key = int.from_bytes(sha256(f"dispatch:{programme}".encode()).digest()[:8], signed=True)
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    got = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar()
    return connection, bool(got)


def _is_alive(connection: Connection) -> bool:
    """Tell whether the session that holds the lock is still there; a broken one is never taken up again."""
    if connection.invalidated:
        return False
    try:
        connection.execute(text("SELECT 1"))
    except DBAPIError:
        connection.invalidate()
        return False
    return True
