"""Only one dispatcher at a time: a lock that ends with its holder, whatever happens to it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ipa_core.store.engine import with_patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@contextmanager
def sole_dispatcher(engine: Engine, folder: Path, programme: str) -> Iterator[Callable[[], bool]]:
    """Yield a question: is it my turn? Yes for the one dispatcher of a programme, no for any other meanwhile.

    On SQLite the lock is on a file in `folder`; on PostgreSQL it is an advisory lock on a connection of its own. Both
    are released by the operating system or the server when the holder dies, so nobody waits for the dead. A server
    that stops takes its locks along: ask again before each message.
    """
    lock = _lock_on_server(engine, programme) if engine.dialect.name == "postgresql" else _lock_file(folder, programme)
    with lock as is_my_turn:
        yield is_my_turn


@contextmanager
def _lock_on_server(engine: Engine, programme: str) -> Iterator[Callable[[], bool]]:
    key = int.from_bytes(sha256(f"dispatch:{programme}".encode()).digest()[:8], signed=True)
    # Each statement for itself: an open transaction would hold back the housekeeping of the server for as long.
    connection = with_patience(lambda: engine.connect().execution_options(isolation_level="AUTOCOMMIT"))

    def take() -> bool:
        # After a break the connection is made anew, without the lock. Who holds it already gets it once more.
        connection.rollback()
        return bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar())

    with connection:
        try:
            yield lambda: with_patience(take)
        finally:
            # A connection that broke has released it; in a pool a living one would keep it.
            with suppress(DBAPIError):
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock_all()"))


@contextmanager
def _lock_file(folder: Path, programme: str) -> Iterator[Callable[[], bool]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"dispatch-{programme}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lambda: False
            return
        yield lambda: True
