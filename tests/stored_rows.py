"""What a database holds, to compare before and after."""

from typing import Any

from sqlalchemy import Engine

from ipa_core.store.schema import metadata


def stored_rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata().sorted_tables
        }
