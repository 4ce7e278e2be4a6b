"""The due date of a request may move, and a notice knows which one its message said."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store.migrations.ddl import append_only

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column; what was told before said the date of the opening."""
    op.create_table(
        "request_due",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("at", sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme", "round"],
            ["reporting_round.programme", "reporting_round.code"],
            name=op.f("fk_request_due_programme_reporting_round"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_request_due")),
    )
    op.create_index(op.f("ix_request_due_programme"), "request_due", ["programme"])
    append_only("request_due")
    op.add_column("notice", sa.Column("due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("notice", "due_on")
    op.drop_table("request_due")
