"""The audit chain, its head, and the triggers that refuse to change it."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types
from ipa_core.store.migrations.ddl import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NO_ENTRY_YET = "0" * 64


def upgrade() -> None:
    """Make the tables, and the head that the first entry follows."""
    op.create_table(
        "audit_entry",
        sa.Column("seq", _SEQ, autoincrement=False, nullable=False),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", types.Json(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_entry_seq")),
        sa.CheckConstraint("length(actor) BETWEEN 1 AND 200", name=op.f("ck_audit_entry_actor")),
        sa.CheckConstraint("length(action) BETWEEN 1 AND 100", name=op.f("ck_audit_entry_action")),
        sa.CheckConstraint("length(subject) BETWEEN 1 AND 400", name=op.f("ck_audit_entry_subject")),
        sa.CheckConstraint("length(prev_hash) = 64", name=op.f("ck_audit_entry_prev_hash")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_entry_hash")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": _NO_ENTRY_YET}])
    append_only("audit_entry")


def downgrade() -> None:
    """Remove the tables, with everything in them."""
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
