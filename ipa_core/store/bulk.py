"""How do many rows get into a table at once, at a few microseconds each?

A statement per row costs more in the ORM and on the wire than in the database. SQLite takes a hundred new rows with one
statement, because for each statement it lays out the lists of a CHECK anew, and changes with one prepared statement;
PostgreSQL takes new rows with COPY, and changes as one JSON document, a thousand at a time.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date

from ipa_core.store.types import Json, JsonList, UtcDateTime, canonical_json, utc_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table
    from sqlalchemy.types import TypeEngine
    from sqlmodel import Session, SQLModel

    Rows = Iterable[Mapping[str, Any]]
    Values = list[tuple[Any, ...]]
    Write = Callable[[Connection, Values], None]

BATCH = 1000
ROWS_OF_STATEMENT = 100

_RARELY = (200_000, 50, 1_000)
"""Objects that are made before Python looks for cycles, and how much rarer it looks among those that stayed."""


def append_many(session: Session, table: Table, rows: Rows, *, columns: Sequence[str] | None = None) -> int:
    """Insert rows that hold a value for each of the columns (default: all but the number); return how many.

    The rows get their numbers in the order in which they come.
    """
    names = list(columns or (column.name for column in table.columns if column.name not in ("seq", "id")))
    listed = ", ".join(f'"{name}"' for name in names)
    one = f"({', '.join('?' * len(names))})"

    def insert(connection: Connection, values: Values) -> None:
        for some in in_batches(values, ROWS_OF_STATEMENT):
            statement = f'INSERT INTO "{table.name}" ({listed}) VALUES {", ".join([one] * len(some))}'  # noqa: S608 - our own names
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))

    def copy(connection: Connection, values: Values) -> None:
        connection.exec_driver_sql(f'COPY "{table.name}" ({listed}) FROM STDIN', (values,))

    session.flush()
    return _execute(session.connection(), table, names, rows, sqlite=insert, postgresql=copy)


def change_many(session: Session, table: Table, rows: Rows, *, key: str, columns: Sequence[str]) -> int:
    """Set the columns of the rows with this key; return how many. Objects of the ORM do not notice."""
    names = [*columns, key]
    there = ", ".join(f'"{name}" = ?' for name in columns)
    here = ", ".join(f'"{name}" = said."{name}"' for name in columns)

    def update(connection: Connection, values: Values) -> None:
        connection.exec_driver_sql(f'UPDATE "{table.name}" SET {there} WHERE "{key}" = ?', values)  # noqa: S608 - our own names

    def update_from_document(connection: Connection, values: Values) -> None:
        said = f'json_populate_recordset(NULL::"{table.name}", %s::json) AS said'
        document = [dict(zip(names, one, strict=True)) for one in values]
        connection.exec_driver_sql(
            f'UPDATE "{table.name}" AS kept SET {here} FROM {said} WHERE kept."{key}" = said."{key}"',  # noqa: S608 - our own names
            (canonical_json(document),),
        )

    session.flush()
    return _execute(session.connection(), table, names, rows, sqlite=update, postgresql=update_from_document)


def know_sizes(connection: Connection, table: Table) -> None:
    """Let PostgreSQL count what a large load brought, of which it knows nothing until somebody tells it.

    Before that it takes the table for an empty one, and reads all of it for each dossier that is asked for.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'ANALYZE "{table.name}"')


def table_of(row: type[SQLModel]) -> Table:
    """Return the table behind a row, for statements without objects."""
    table: Table = row.__table__  # type: ignore[attr-defined] # SQLModel adds it
    return table


def values_of(record: Any, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a domain type, which has slots
    """Return the fields of a domain type by name, ready for a table whose columns have these names."""
    return {name: getattr(record, name) for name in record.__slots__} | changes


def in_batches(items: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Cut what comes into lists of at most `size`."""
    coming = iter(items)
    while batch := list(islice(coming, size)):
        yield batch


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let Python look for cycles less often while many rows are made; they form none, and it looks at all of them.

    That search was a quarter of the time of an import.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _execute(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Rows,
    *,
    sqlite: Write,
    postgresql: Write,
) -> int:
    write = sqlite if connection.dialect.name == "sqlite" else postgresql
    cells = itemgetter(*names)
    encoders = [(place, encode) for place, name in enumerate(names) if (encode := _encoder(table.columns[name].type))]
    count = 0
    for batch in in_batches(rows):
        write(connection, [_encoded(list(cells(row)), encoders) for row in batch])
        count += len(batch)
    return count


def _encoded(cells: list[Any], encoders: Iterable[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    for place, encode in encoders:
        if cells[place] is not None:
            cells[place] = encode(cells[place])
    return tuple(cells)


def _encoder(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Return how a value of this type is written where both databases read it; None: as it is."""
    if isinstance(kind, UtcDateTime):
        return utc_text
    if isinstance(kind, JsonList | Json):
        return canonical_json
    return date.isoformat if isinstance(kind, Date) else None
