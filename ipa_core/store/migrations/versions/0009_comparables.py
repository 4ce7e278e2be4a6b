"""Tables of comparables are kept."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the next run fills it from the first fact on."""
    op.create_table(
        "comparables",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.Column("plans", sa.Integer(), nullable=False),
        sa.Column("slips", types.JsonList(), nullable=False),
        sa.Column("phases", types.JsonList(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name="fk_comparables_programme_programme"),
        sa.PrimaryKeyConstraint("programme", "at", name="pk_comparables"),
    )


def downgrade() -> None:
    """Forget them; a later upgrade computes them again."""
    op.drop_table("comparables")
