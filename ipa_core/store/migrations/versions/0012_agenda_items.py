"""Agenda items for the stuurgroep are kept as a person released them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "agenda_item",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("released_at", sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql"), nullable=False),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_agenda_item_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_agenda_item")),
    )
    op.create_index(op.f("ix_agenda_item_programme"), "agenda_item", ["programme"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("agenda_item")
