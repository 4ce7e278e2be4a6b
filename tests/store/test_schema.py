"""Any database, also an empty one, comes into the shape that the code expects."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import ipa_core
from ipa_core.store.engine import make_engine, read, transact
from ipa_core.store.outbox import AttemptRow
from ipa_core.store.schema import HEAD, alembic_config, current, metadata, upgrade

ROOT = Path(ipa_core.__file__).parents[1]
UPGRADE = """\
import sys
from ipa_core.store.engine import make_engine
from ipa_core.store.outbox import AttemptRow
from ipa_core.store.schema import upgrade

upgrade(make_engine(sys.argv[1]))
print("with alembic" if "alembic" in sys.modules else "without alembic")
"""


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def start(url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", UPGRADE, url]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)


def shape(session: Session) -> dict[str, Any]:
    """Return what Alembic does not compare: the checks, and whether each table enforces its keys."""
    inspector = inspect(session.connection())
    return {
        table: {
            "checks": sorted(
                (str(check["name"]), str(check["sqltext"])) for check in inspector.get_check_constraints(table)
            ),
            "primary key": inspector.get_pk_constraint(table),
            "columns": [
                (column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)
            ],
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def test_an_empty_database_gets_the_newest_shape(empty: Engine) -> None:
    assert current(empty) is None

    upgrade(empty)

    assert current(empty) == HEAD


def test_an_in_memory_database_gets_the_newest_shape() -> None:
    empty = make_engine("sqlite://")

    upgrade(empty)

    assert current(empty) == HEAD


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    before = read(engine, shape)

    upgrade(engine)

    assert current(engine) == HEAD
    assert read(engine, shape) == before


def test_a_database_that_is_up_to_date_costs_no_import_of_alembic(empty_url: str) -> None:
    upgrade(make_engine(empty_url))

    process = start(empty_url)
    output, _ = process.communicate(timeout=60)

    assert (process.returncode, output.strip()) == (0, "without alembic")


def test_processes_that_upgrade_at_once_all_succeed(empty_url: str) -> None:
    processes = [start(empty_url) for _ in range(3)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert "with alembic\n" in outputs
    assert current(make_engine(empty_url)) == HEAD


def test_the_head_in_the_code_is_the_newest_migration(engine: Engine) -> None:
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata()) == []


def test_the_migrations_make_the_checks_that_the_code_knows(empty: Engine) -> None:
    transact(empty, lambda session: metadata().create_all(session.connection()))
    made_by_the_code = read(empty, shape)
    transact(empty, lambda session: metadata().drop_all(session.connection()))

    upgrade(empty)

    assert read(empty, shape) == made_by_the_code


def test_after_an_upgrade_foreign_keys_are_enforced(empty: Engine) -> None:
    upgrade(empty)

    with pytest.raises(IntegrityError):
        transact(empty, lambda session: session.execute(insert(AttemptRow).values(an_attempt_at_nothing())))


def an_attempt_at_nothing() -> dict[str, Any]:
    return {"message": 7, "number": 1, "at": datetime(2026, 2, 4, tzinfo=UTC), "outcome": "", "code": "", "detail": ""}
