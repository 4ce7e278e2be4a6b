"""What somebody does who has the rights to change the log of acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Engine


def drop_guards(engine: Engine) -> None:
    """Take away the triggers that refuse changes."""
    if engine.dialect.name == "sqlite":
        execute(engine, "DROP TRIGGER audit_entry_no_update")
        execute(engine, "DROP TRIGGER audit_entry_no_delete")
    else:
        execute(engine, "DROP TRIGGER audit_entry_no_change ON audit_entry")


def execute(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
