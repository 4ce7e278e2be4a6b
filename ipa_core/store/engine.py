"""How do we talk to the database without losing an update? The one place that makes engines and transactions.

The defaults of SQLModel lose updates without an error, on SQLite and on PostgreSQL. Hence:

* SQLite: a writer takes the write lock at BEGIN, before it reads, so a read-modify-write cannot be overtaken.
* PostgreSQL: READ COMMITTED; whoever decides something on a row locks that row first (`with_for_update()`).
* The whole function is repeated when the database was busy or away, because a repeated statement would decide on
  what an earlier, rolled back transaction had read.
"""

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from sqlmodel import Session

from ipa_core import faults
from ipa_core.errors import TemporaryFailure
from ipa_core.store.address import read_address

# Before 3.51.3 a WAL database with two or more connections can be corrupted by a WAL reset.
SAFE_WAL: Final = sqlite3.sqlite_version_info >= (3, 51, 3)

PATIENCE_S: Final = 30.0
"""How long a writer waits for a lock, and how long `transact` keeps starting new attempts."""

READ_ONLY: Final = "ipa_read_only"
"""Execution option: transactions of this engine cannot write."""

REBUILDS_TABLES: Final = "ipa_rebuilds_tables"
"""Execution option: foreign keys are not enforced on SQLite, whose migrations replace a table by a copy."""

_COMPRESS_FAST: Final = """
    SELECT set_config(name, 'lz4', false) FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)
"""
"""Lets PostgreSQL pack long texts with lz4 if it can. With its usual way, queueing many mails took 8% longer."""

_SQLITE_PASSING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_SERIALIZATION_FAILURE: Final = "40001"
_DEADLOCK_DETECTED: Final = "40P01"
_LOCK_NOT_AVAILABLE: Final = "55P03"
_CONNECTION_EXCEPTION: Final = "08"
_OPERATOR_INTERVENED: Final = "57P0"

_T = TypeVar("_T")


def make_engine(url: str) -> Engine:
    """Make an engine for `sqlite:///file`, `sqlite://` (in memory, one shared connection) or `postgresql+psycopg://`.

    In memory there is one connection for all: only one transaction at a time, so not for threads. Another address
    raises BadAddress.
    """
    target = read_address(url)
    return _sqlite_engine(target) if target.get_backend_name() == "sqlite" else _postgresql_engine(target)


def transact(engine: Engine, work: Callable[[Session], _T]) -> _T:
    """Run `work` in one write transaction, commit, and return its result.

    `work` is called again, with a fresh session, when the database was busy or away. Therefore it does nothing but
    database work (no mail, no files), leaves committing to this function and is not nested in another `transact`.

    An error during COMMIT means that we do not know: the transaction may have been stored. It is repeated all the
    same, so `work` looks first whether its unique key is already there and then returns what it finds.

    On PostgreSQL `work` locks the row that guards its decision (`with_for_update()`) before it reads.

    Raises:
        TemporaryFailure: No attempt succeeded, and no new one starts after 30 s. An attempt that is under way then
            may still wait for the lock it is waiting for, at most another 30 s.
    """

    def whole(session: Session) -> _T:
        result = work(session)
        faults.at("store.before_commit")
        return result

    def once() -> _T:
        result = _once(engine, whole)
        faults.at("store.after_commit")
        return result

    return with_patience(once)


def read(engine: Engine, work: Callable[[Session], _T]) -> _T:
    """Run `work` on one unchanging view of the database; an attempt to write raises `DBAPIError`.

    It is repeated like `transact`. On SQLite without WAL a reader holds up writers: read what is needed and leave.

    Raises:
        TemporaryFailure: No attempt succeeded within 30 s.
    """
    reader = engine.execution_options(**{READ_ONLY: True})
    return with_patience(lambda: _once(reader, work))


def with_patience(attempt: Callable[[], _T]) -> _T:
    """Call `attempt` again while the database is busy or away, for 30 s; then raise TemporaryFailure."""
    started = time.monotonic()
    for number in count(1):
        try:
            return attempt()
        except (DBAPIError, PoolTimeoutError) as error:
            if not _may_pass(error):
                raise
            pause = _pause_after(number)
            waited = time.monotonic() - started
            if waited + pause >= PATIENCE_S:
                raise TemporaryFailure(number, waited) from error
            time.sleep(pause)
    raise AssertionError  # pragma: no cover - count() never ends


def _once(engine: Engine, work: Callable[[Session], _T]) -> _T:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        return work(session)


def _pause_after(attempt: int) -> float:
    """Return seconds: at most 20 ms after the first attempt, doubling to 1 s; random, so that rivals spread out."""
    return random.uniform(0.001, min(1.0, 0.01 * 2 ** min(attempt, 10)))  # noqa: S311 - spreads load, guards nothing


def _may_pass(error: DBAPIError | PoolTimeoutError) -> bool:
    """Tell whether the same work may succeed in a moment."""
    if isinstance(error, PoolTimeoutError) or error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        # The low byte is the kind; the rest says which way of being busy.
        return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _SQLITE_PASSING
    sqlstate: str | None = getattr(error.orig, "sqlstate", None)
    if sqlstate is None:
        # The server never answered: refused, timed out, or the line broke.
        return isinstance(error, OperationalError)
    return sqlstate in {_SERIALIZATION_FAILURE, _DEADLOCK_DETECTED, _LOCK_NOT_AVAILABLE} or sqlstate.startswith(
        (_CONNECTION_EXCEPTION, _OPERATOR_INTERVENED)
    )


def _sqlite_engine(url: URL) -> Engine:
    # With isolation_level None the driver leaves BEGIN to us; its own BEGIN comes too late, after the first read.
    connect_args = {"isolation_level": None, "timeout": PATIENCE_S, "check_same_thread": False}
    if _is_in_memory(url):
        engine = create_engine(url, connect_args=connect_args, hide_parameters=True, poolclass=StaticPool)
    else:
        engine = create_engine(url, connect_args=connect_args, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_in_memory(url: URL) -> bool:
    return not url.database or ":memory:" in url.database or "mode=memory" in url.render_as_string()


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA trusted_schema = OFF")
    # Otherwise INSERT OR REPLACE removes a row without firing the trigger that refuses DELETE.
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.execute(f"PRAGMA journal_mode = {'WAL' if SAFE_WAL else 'DELETE'}")
    cursor.execute(f"PRAGMA synchronous = {'FULL' if SAFE_WAL else 'EXTRA'}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    is_read_only = options.get(READ_ONLY, False)
    cursor = connection.connection.cursor()
    # Both must be set before BEGIN, and each time anew: the pooled connection served somebody else before.
    cursor.execute(f"PRAGMA foreign_keys = {'OFF' if options.get(REBUILDS_TABLES, False) else 'ON'}")
    cursor.execute(f"PRAGMA query_only = {'ON' if is_read_only else 'OFF'}")
    cursor.close()
    connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")


def _postgresql_engine(url: URL) -> Engine:
    connect_args = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    engine = create_engine(
        url, connect_args=connect_args, hide_parameters=True, isolation_level="READ COMMITTED", pool_pre_ping=True
    )
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    event.listen(engine, "do_execute", _copy)
    event.listen(engine, "handle_error", _leave_out_values)
    return engine


def _set_up_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {round(PATIENCE_S * 1000)}")
    cursor.execute(_COMPRESS_FAST)
    cursor.close()
    # A SET is undone when its transaction is rolled back.
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        # One view for all queries, as on SQLite; READ COMMITTED would show each query a later moment.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _copy(cursor: DBAPICursor, statement: str, parameters: Sequence[Any], _context: object) -> bool:
    """Send the rows that are the one parameter of a COPY. Other statements go their usual way.

    As SQLAlchemy thinks that it executes a statement, its events and its errors are those of any other one.
    """
    if not statement.startswith("COPY "):
        return False
    (rows,) = parameters
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
    return True


def _leave_out_values(context: ExceptionContext) -> None:
    """Keep the first line of the server's message; its DETAIL quotes the whole row that was refused."""
    message: str | None = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if message is not None:
        context.original_exception.args = (message,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (message,)
