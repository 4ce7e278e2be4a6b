"""What Alembic runs for every command: our tables, on the connection that `schema` hands over."""

from typing import TYPE_CHECKING, Any, Literal

from alembic import context
from sqlmodel import AutoString

from ipa_core.store.schema import metadata
from ipa_core.store.types import Json, JsonList, UtcDateTime

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from sqlalchemy import Connection


def run() -> None:
    """Run the migrations inside the transaction of the caller, who commits."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render_item(kind: str, item: Any, autogen_context: "AutogenContext") -> str | Literal[False]:  # noqa: ANN401 - Alembic's
    """Write our own column types by name in a new revision, and SQLModel's as plain text: it needs no import."""
    if kind == "type" and isinstance(item, UtcDateTime | Json | JsonList):
        autogen_context.imports.add("from ipa_core.store import types")
        return f"types.{type(item).__name__}()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()" if item.length is None else f"sa.String({item.length})"
    return False


run()
