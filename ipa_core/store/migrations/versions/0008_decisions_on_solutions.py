"""Decisions propose solutions, date them anew and end them, and answer requests for help."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BEFORE = ("acknowledge", "snooze", "explain", "verify", "refuse", "adopt", "drop", "rebaseline")
_ADDED = ("answer", "propose", "replan", "done")
_CAUSES = ("law", "money", "capacity", "execution", "partner", "decision", "data")
_TEXTS = ("solution", "owner")


def upgrade() -> None:
    """Add what belongs to a solution, and allow the new kinds."""
    cause = sa.Enum(*_CAUSES, name="rootcause", native_enum=False, create_constraint=True, length=64)
    with op.batch_alter_table("decision") as batch:
        for name in _TEXTS:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("root_cause", cause, nullable=True))
        batch.add_column(sa.Column("review_on", sa.Date(), nullable=True))
    with op.batch_alter_table("decision") as batch:
        for name in _TEXTS:
            batch.alter_column(name, server_default=None)
    _replace_kinds((*_BEFORE, *_ADDED))


def downgrade() -> None:
    """Forget the solutions and the answers to requests for help."""
    op.execute("DELETE FROM decision WHERE kind IN ('answer', 'propose', 'replan', 'done')")
    _replace_kinds(_BEFORE)
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint(op.f("ck_decision_rootcause"), type_="check")
        for name in (*_TEXTS, "root_cause", "review_on"):
            batch.drop_column(name)


def _replace_kinds(kinds: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint(op.f("ck_decision_decisionkind"), type_="check")
        batch.create_check_constraint(op.f("ck_decision_decisionkind"), sa.text(f"kind IN ({allowed})"))
