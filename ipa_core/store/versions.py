"""How does a register row change without being overwritten? Each change is a new version with its own `recorded_at`.

What a load brings is put in a table of its own first, and the database finds what is new and what differs. So a load
takes the same memory whatever its size.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, Table, and_, func, insert, or_, select, text

from ipa_core.store.bulk import BATCH, append_many, know_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlmodel import Session

    from ipa_core.store.bulk import Rows

_BOOKKEEPING = frozenset({"seq", "programme", "recorded_at", "supersedes"})

_DIFFERING = Table(
    "differing",
    MetaData(),
    Column("line", Integer, primary_key=True),
    Column("ordinal", Integer),
    Column("before", Integer),
    prefixes=["TEMPORARY"],
)
"""The lines to append, each with the version that it takes the place of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """How many rows of one table a load found new, changed and unchanged; `dossiers` are those that it touched."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    dossiers: frozenset[str] = frozenset()

    @property
    def lines(self) -> int:
        """All of them."""
        return self.new + self.changed + self.unchanged


def append_changed(
    session: Session, table: Table, rows: Rows, *, programme: str, key: Sequence[str], dossier: str | None = None
) -> Appended:
    """Append the rows that are new or differ from their newest version.

    `key` names the columns that tell rows apart; an `ordinal` among them counts those that are alike in the others. A
    row counts from its own `recorded_at`, which the caller set; of two versions that count the later one wins.
    `dossier` names the column that tells which dossier a row is about.
    """
    coming = iter(rows)
    first = next(coming, None)
    if first is None:
        return Appended()
    connection = session.connection()
    with _staged(connection, table) as incoming:
        columns = [column.name for column in table.columns if column.name not in ("ordinal", "supersedes")]
        count = append_many(session, incoming, _numbered(chain((first,), coming), programme), columns=columns)
        connection.execute(text(f"CREATE INDEX ix_incoming_seq ON {incoming.name} (seq)"))
        differing = _differing(incoming, table, programme, key)
        connection.execute(insert(_DIFFERING).from_select(_DIFFERING.c.keys(), differing))
        touched = _append_differing(connection, table, incoming, dossier)
        if count > BATCH:
            know_sizes(connection, table)
        new, changed = connection.execute(
            select(func.count() - func.count(_DIFFERING.c.before), func.count(_DIFFERING.c.before))
        ).one()
    return Appended(new=new, changed=changed, unchanged=count - new - changed, dossiers=touched)


@contextmanager
def _staged(connection: Connection, table: Table) -> Iterator[Table]:
    """Give a table for the rows that come in, with the columns of `table`; its number is that of the line."""
    incoming = _incoming(table)
    connection.execute(text(f'CREATE TEMPORARY TABLE {incoming.name} AS SELECT * FROM "{table.name}" WHERE 1 = 0'))  # noqa: S608 - our own names
    _DIFFERING.create(connection)
    yield incoming
    _DIFFERING.drop(connection)
    connection.execute(text(f"DROP TABLE {incoming.name}"))


@cache
def _incoming(table: Table) -> Table:
    """Make it once: SQLAlchemy remembers statements by the tables in them."""
    return table.to_metadata(MetaData(), name="incoming")


def _numbered(rows: Rows, programme: str) -> Rows:
    for number, row in enumerate(rows, start=1):
        yield {**row, "seq": number, "programme": programme}


def _differing(incoming: Table, table: Table, programme: str, key: Sequence[str]) -> Select[Any]:
    """Select the lines that are new or differ, each with its ordinal and its newest version."""
    alike = [incoming.c[name] for name in key if name != "ordinal"]
    ordinal = func.row_number().over(partition_by=alike, order_by=incoming.c.seq) - 1
    coming = select(incoming.c.seq, *alike, ordinal.label("ordinal")).subquery()
    version = table.alias("version")
    newest = select(func.max(version.c.seq)).where(
        version.c.programme == programme, *(_equal(version.c[name], coming.c[name]) for name in key)
    )
    known = select(coming.c.seq, coming.c.ordinal, newest.scalar_subquery().label("before")).subquery()
    content = [name for name in table.columns.keys() if name not in _BOOKKEEPING and name not in key]  # noqa: SIM118 - columns are no dictionary
    is_known = and_(known.c.before.is_not(None), incoming.c.seq == known.c.seq)
    return (
        select(known.c.seq, known.c.ordinal, known.c.before)
        .select_from(known.outerjoin(table, table.c.seq == known.c.before).outerjoin(incoming, is_known))
        .where(or_(known.c.before.is_(None), *(incoming.c[name].is_distinct_from(table.c[name]) for name in content)))
    )


def _equal(stored: Any, coming: ColumnElement[Any]) -> ColumnElement[bool]:  # noqa: ANN401 - a column of a table
    """Compare as one would; only where a cell may be empty, as databases find a plain equality much faster."""
    same: ColumnElement[bool] = stored.is_not_distinct_from(coming) if stored.nullable else stored == coming
    return same


def _append_differing(connection: Connection, table: Table, incoming: Table, dossier: str | None) -> frozenset[str]:
    """Append what is new and then what changed, in the order of the lines; return the dossiers of these lines."""
    found = incoming.join(_DIFFERING, incoming.c.seq == _DIFFERING.c.line)
    names = [name for name in table.columns.keys() if name != "seq"]  # noqa: SIM118 - columns are no dictionary
    from_differing = {"ordinal": _DIFFERING.c.ordinal, "supersedes": _DIFFERING.c.before}
    values = [from_differing.get(name, incoming.c[name]) for name in names]
    for is_that in (_DIFFERING.c.before.is_(None), _DIFFERING.c.before.is_not(None)):
        in_order = select(*values).select_from(found).where(is_that).order_by(_DIFFERING.c.line)
        connection.execute(insert(table).from_select(names, in_order, include_defaults=False))
    if dossier is None:
        return frozenset()
    return frozenset(connection.execute(select(incoming.c[dossier]).select_from(found).distinct()).scalars())
