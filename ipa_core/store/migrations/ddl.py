"""How does the database itself refuse to change what must only be added to?"""

from typing import Final

from alembic import op

_REFUSE_CHANGE: Final = """\
CREATE OR REPLACE FUNCTION ipa_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only';
END
$$"""


def append_only(table_name: str) -> None:
    """Refuse UPDATE and DELETE (on PostgreSQL also TRUNCATE) on a table, with an `IntegrityError`; for migrations.

    On SQLite, `op.batch_alter_table` makes a new table and drops the old one with its triggers: call this again.
    """
    for statement in append_only_statements(table_name, op.get_bind().dialect.name):
        op.execute(statement)


def allow_changes(table_name: str) -> None:
    """Take back `append_only`; for migrations that must repair what is stored."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for change in ("update", "delete") if is_sqlite else ("change", "truncate"):
        op.execute(f"DROP TRIGGER {table_name}_no_{change}" + ("" if is_sqlite else f" ON {table_name}"))


def append_only_statements(table_name: str, dialect: str) -> tuple[str, ...]:
    """Return the statements that `append_only` executes; `dialect` is `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table_name}_no_{change.lower()} BEFORE {change} ON {table_name} "
            f"BEGIN SELECT RAISE(ABORT, '{table_name} is append-only'); END"
            for change in ("UPDATE", "DELETE")
        )
    return (
        _REFUSE_CHANGE,
        _refuse(f"{table_name}_no_change", f"UPDATE OR DELETE ON {table_name} FOR EACH ROW"),
        _refuse(f"{table_name}_no_truncate", f"TRUNCATE ON {table_name} FOR EACH STATEMENT"),
    )


def _refuse(trigger: str, change: str) -> str:
    return f"CREATE TRIGGER {trigger} BEFORE {change} EXECUTE FUNCTION ipa_refuse_change()"
