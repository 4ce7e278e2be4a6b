"""Runs that the schedule started are kept, so that one that does not come is missed."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; before the first run in it nothing is missed."""
    op.create_table(
        "scheduled_run",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slot_at", types.UtcDateTime(), nullable=False),
        sa.Column("completed_at", types.UtcDateTime(), nullable=False),
        sa.Column("next_slot_at", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name="fk_scheduled_run_programme_programme"),
        sa.PrimaryKeyConstraint("programme", "kind", "slot_at", name="pk_scheduled_run"),
    )


def downgrade() -> None:
    """Forget them; a later upgrade begins anew."""
    op.drop_table("scheduled_run")
