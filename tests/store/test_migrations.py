"""A database that an earlier version made comes along, with everything in it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, MetaData, insert, inspect, select

import ipa_core.store.migrations
from ipa_core.store.engine import REBUILDS_TABLES, make_engine, read, transact
from ipa_core.store.schema import HEAD, alembic_config, current, metadata, upgrade
from ipa_core.store.types import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Engine, Inspector, Table
    from sqlmodel import Session

SCRIPTS = ScriptDirectory(Path(ipa_core.store.migrations.__file__).parent)
EARLIER = [script.revision for script in SCRIPTS.walk_revisions() if script.revision != HEAD]
NOON = datetime(2026, 2, 4, 11, 0, tzinfo=UTC)
ANY_TEXT = f'"{62 * "x"}"'
"""As long as a hash, and JSON."""

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("revision", EARLIER)
def test_a_database_of_an_earlier_version_keeps_its_rows_and_gets_the_newest_shape(
    empty: Engine, revision: str
) -> None:
    transact(
        empty.execution_options(**{REBUILDS_TABLES: True}),
        lambda session: command.upgrade(alembic_config(session.connection()), revision),
    )
    before = transact(empty, fill)

    upgrade(empty)

    assert current(empty) == HEAD
    assert read(empty, lambda session: stored(session, before)) == before
    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata()) == []


def fill(session: Session) -> Rows:
    """Put a row in every table that has none, and return what the tables hold."""
    tables, inspector = MetaData(), inspect(session.connection())
    tables.reflect(session.connection())
    for table in tables.sorted_tables:
        if session.execute(select(table)).first() is None:
            session.execute(insert(table).values({column.name: a_value(inspector, column) for column in table.columns}))
    names = [table.name for table in tables.sorted_tables if table.name != "alembic_version"]
    return {name: [dict(row) for row in session.execute(select(tables.tables[name])).mappings()] for name in names}


def stored(session: Session, before: Rows) -> Rows:
    """Return the same tables now, with the columns that they had."""
    tables = MetaData()
    tables.reflect(session.connection())
    return {name: rows_of(session, tables.tables[name], list(rows[0])) for name, rows in before.items()}


def rows_of(session: Session, table: Table, columns: list[str]) -> list[dict[str, Any]]:
    statement = select(*(table.columns[name] for name in columns if name in table.columns))
    return [dict(row) for row in session.execute(statement).mappings()]


def a_value(inspector: Inspector, column: Column[Any]) -> Any:
    """Return something that the column takes: the same everywhere, so that what points somewhere finds it."""
    kinds = {Boolean: True, Integer: 1, DateTime: NOON, Date: date(2026, 2, 4), LargeBinary: b"x"}
    for kind, value in kinds.items():
        if isinstance(column.type, kind):
            return value
    choices = [
        found[1]
        for check in inspector.get_check_constraints(column.table.name)
        if (found := re.match(rf"\W*{column.name}\b.*?'([^']+)'", str(check["sqltext"]), re.DOTALL))
    ]
    if choices:
        return choices[0]
    is_instant = getattr(column.type, "length", None) == len(utc_text(NOON))
    return utc_text(NOON) if is_instant else ANY_TEXT
