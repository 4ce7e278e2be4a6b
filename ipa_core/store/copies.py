"""How is a whole database copied while others write: into one SQLite file, and back out of it?

The copy is a SQLite file whatever the database is, so a backup of one kind can go back into the other. Values are
carried over as they are stored: a line of the log of acts keeps its hash, also one that was tampered with.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Enum,
    String,
    Table,
    Text,
    column,
    delete,
    func,
    insert,
    select,
    table,
)
from sqlalchemy import text as sql
from sqlmodel import Session

from ipa_core.errors import HomeNotEmpty
from ipa_core.store.audit import AuditHead
from ipa_core.store.engine import REBUILDS_TABLES, make_engine, read
from ipa_core.store.schema import metadata, upgrade
from ipa_core.store.types import Json, JsonList

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import TableClause

_BATCH: Final = 1_000


def copy_out(engine: Engine, file: Path) -> None:
    """Write everything, as it is at one moment, into a SQLite file that is not there yet.

    On SQLite the copy has the shape of the database; on PostgreSQL that must be the newest one.
    """
    if engine.dialect.name == "sqlite":
        _copy_pages(engine, file)
        return
    target = make_engine(f"sqlite:///{file}")
    upgrade(target)
    unguarded = target.execution_options(**{REBUILDS_TABLES: True})

    def work(session: Session) -> None:
        with unguarded.begin() as connection:
            _pour(session.connection(), connection)

    read(engine, work)
    target.dispose()


@contextmanager
def copying_in(file: Path, engine: Engine) -> Iterator[None]:
    """Fill an empty PostgreSQL database from a SQLite file of the newest shape: all of it, if the block ends well.

    Raises:
        HomeNotEmpty: there is something in the database already. Its shape is left as it is.
    """
    with engine.connect() as connection:
        _refuse_filled(connection)
    upgrade(engine)
    source = make_engine(f"sqlite:///{file}")
    with source.connect() as rows, engine.begin() as connection:
        _refuse_filled(connection)
        _pour(rows, connection)
        for one in metadata().sorted_tables:
            _move_sequence(connection, one)
        yield
    source.dispose()


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each of our tables has; one that an older shape does not have yet is left out."""
    present = set(connection.dialect.get_table_names(connection))
    return {
        one.name: connection.execute(select(func.count()).select_from(_plain(one))).scalar_one()
        for one in metadata().sorted_tables
        if one.name in present
    }


def is_filled(connection: Connection) -> bool:
    """Tell whether anything was ever stored; the head of the log of acts comes with the first migration."""
    return any(count for name, count in count_rows(connection).items() if name != AuditHead.__tablename__)


def _copy_pages(engine: Engine, file: Path) -> None:
    """Copy with SQLite's own backup, in one go: it waits for a writer, and a writer waits for it."""
    with closing(engine.raw_connection()) as connection, closing(sqlite3.connect(file)) as target:
        cast("sqlite3.Connection", connection.driver_connection).backup(target)
        # A copy in WAL mode would be two files as soon as somebody opens it.
        target.execute("PRAGMA journal_mode = DELETE")


def _pour(source: Connection, target: Connection) -> None:
    """Copy all rows, tables that others point to first; what a migration put there makes room."""
    for one in metadata().sorted_tables:
        plain = _plain(one)
        target.execute(delete(plain))
        ordered = select(plain).order_by(*(plain.c[key.name] for key in one.primary_key))
        found = source.execute(ordered.execution_options(yield_per=_BATCH))
        for batch in found.mappings().partitions():
            target.execute(insert(plain), [dict(row) for row in batch])


def _plain(full: Table) -> TableClause:
    """Return the table with its values as they are stored, not as we read them."""
    return table(full.name, *(column(one.name, _stored_type(one)) for one in full.columns))


def _stored_type(one: Column[Any]) -> Any:  # noqa: ANN401 - any type of SQLAlchemy
    if isinstance(one.type, Json | JsonList):
        return Text()
    return String() if isinstance(one.type, Enum) else one.type


def _refuse_filled(connection: Connection) -> None:
    if is_filled(connection):
        raise HomeNotEmpty("IPA_DATABASE_URL")


def _move_sequence(connection: Connection, full: Table) -> None:
    """Let PostgreSQL number new rows after those that were put back."""
    numbered = full.autoincrement_column
    if numbered is None:
        return
    last = connection.execute(select(func.max(_plain(full).c[numbered.name]))).scalar()
    if last is not None:
        statement = sql("SELECT setval(pg_get_serial_sequence(:name, :column), :last)")
        connection.execute(statement, {"name": full.name, "column": numbered.name, "last": last})
