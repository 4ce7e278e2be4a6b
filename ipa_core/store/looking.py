"""How do we look at a database without touching it? It may be old, new, busy, damaged or away.

Nothing here makes a file, changes a journal mode, migrates or waits long.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from ipa_core.errors import BadAddress
from ipa_core.store.address import read_address
from ipa_core.store.engine import READ_ONLY, make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S: Final = 5.0
"""How long a look waits for a lock."""


class Hindrance(StrEnum):
    """Why a database cannot be looked at."""

    ABSENT = "absent"
    BUSY = "busy"
    UNFINISHED = "unfinished"
    """A writer died half-way (SQLite); the next one that opens it takes that back."""
    CLOSED = "closed"
    """The file may not be read, or the login was refused."""
    DAMAGED = "damaged"
    AWAY = "away"
    BAD_ADDRESS = "bad_address"
    ODD = "odd"
    """It answers, but not as we know it: tables are missing, for example."""


LOOKING_ERRORS: Final = (BadAddress, DBAPIError, FileNotFoundError)
"""What `looking` may raise, at the start or while looking."""

_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: Hindrance.BUSY,
    sqlite3.SQLITE_LOCKED: Hindrance.BUSY,
    sqlite3.SQLITE_CANTOPEN: Hindrance.CLOSED,
    sqlite3.SQLITE_PERM: Hindrance.CLOSED,
    sqlite3.SQLITE_CORRUPT: Hindrance.DAMAGED,
    sqlite3.SQLITE_NOTADB: Hindrance.DAMAGED,
    sqlite3.SQLITE_READONLY: Hindrance.UNFINISHED,
}
_REFUSED_LOGIN: Final = "28"
_LOGIN_WORDS: Final = ("authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist")


@contextmanager
def looking(url: str) -> Iterator[Session]:
    """Yield a session on one unchanging view of the database as it is; an attempt to write raises.

    Raises:
        FileNotFoundError: SQLite's file is not there.
        BadAddress, DBAPIError: see `diagnose`.

    """
    engine = _engine(url)
    try:
        with Session(engine) as session, session.begin():
            yield session
    finally:
        engine.dispose()


def diagnose(error: Exception) -> Hindrance:
    """Return what one of LOOKING_ERRORS means."""
    if isinstance(error, FileNotFoundError):
        return Hindrance.ABSENT
    if not isinstance(error, DBAPIError):
        return Hindrance.BAD_ADDRESS
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return _SQLITE.get(code & 0xFF, Hindrance.ODD)
    sqlstate: str | None = getattr(error.orig, "sqlstate", None)
    if sqlstate is None:
        is_refused = any(words in str(error.orig) for words in _LOGIN_WORDS)
        return Hindrance.CLOSED if is_refused else Hindrance.AWAY
    return Hindrance.CLOSED if sqlstate.startswith(_REFUSED_LOGIN) else Hindrance.ODD


def _engine(url: str) -> Engine:
    target = read_address(url)
    if target.get_backend_name() != "sqlite":
        return make_engine(url).execution_options(**{READ_ONLY: True})
    file = Path(target.database or "")
    if not file.is_file():
        raise FileNotFoundError(file)
    address = f"file:{quote(str(file.resolve()))}?mode=ro"
    connect = partial(sqlite3.connect, address, uri=True, isolation_level=None, timeout=PATIENCE_S)
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
