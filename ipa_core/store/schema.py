"""Is the database in the shape this version expects, and how does it get there?

Alembic takes a third of a second to import, so it is imported only when there is something to migrate.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlmodel import Session, SQLModel

from ipa_core.errors import DatabaseTooNew
from ipa_core.store.engine import REBUILDS_TABLES, read, transact

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0019"
"""The newest revision in `migrations/versions`; a test compares them. Of two revisions the greater text is later."""

TABLE_MODULES: Final = (
    "ipa_core.store.audit",
    "ipa_core.store.programmes",
    "ipa_core.store.organisations",
    "ipa_core.store.recommendations",
    "ipa_core.store.submissions",
    "ipa_core.store.updates",
    "ipa_core.store.decisions",
    "ipa_core.store.rounds",
    "ipa_core.store.expectations",
    "ipa_core.store.comparables",
    "ipa_core.store.signals",
    "ipa_core.store.outbox",
    "ipa_core.store.attachments",
    "ipa_core.store.notices",
    "ipa_core.store.agendas",
    "ipa_core.store.runs",
)
"""Every module that defines tables. A table that is not reached from here gets no migration."""

# Any constant will do, as long as nobody else locks it: the letters "ipa" in ASCII.
_MIGRATION_LOCK: Final = 0x697061


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision, in one transaction; does nothing when it is there already.

    Of processes that start at the same time one migrates, the others wait for it and find the work done.

    Raises:
        DatabaseTooNew: a later version of the monitor migrated it. Nothing is changed.
    """
    found = current(engine)
    if found is not None and found > HEAD:
        raise DatabaseTooNew(found, HEAD)
    if found != HEAD:
        transact(engine.execution_options(**{REBUILDS_TABLES: True}), _migrate)


def current(engine: Engine) -> str | None:
    """Return the revision of the database, or None when it was never migrated."""
    return read(engine, revision)


def metadata() -> MetaData:
    """Return the tables as the code knows them."""
    for module in TABLE_MODULES:
        importlib.import_module(module)
    return SQLModel.metadata


def alembic_config(connection: Connection) -> "Config":
    """Build what an `alembic.ini` would say, for `alembic.command` on this connection."""
    from alembic.config import Config  # noqa: PLC0415 - see the top of this module

    config = Config()
    # ConfigParser takes a single % for the start of a reference.
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(session: Session) -> None:
    from alembic import command  # noqa: PLC0415 - see the top of this module

    connection = session.connection()
    # On SQLite the transaction itself is the lock, since it began with BEGIN IMMEDIATE.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    if revision(session) != HEAD:
        command.upgrade(alembic_config(connection), "head")
        _check_foreign_keys(connection)


def revision(session: Session) -> str | None:
    """Return the revision of the database that the session is in, or None when it was never migrated."""
    connection = session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _check_foreign_keys(connection: Connection) -> None:
    """Stop a migration that left rows pointing nowhere; SQLite did not enforce foreign keys meanwhile."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            tables = sorted({row[0] for row in broken})
            msg = f"the migration left rows that point nowhere, in {', '.join(tables)}"
            raise RuntimeError(msg)
