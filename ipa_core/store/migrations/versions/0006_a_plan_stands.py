"""A programme remembers until when the plan of its notices stands."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was planned before is planned anew."""
    with op.batch_alter_table("programme") as batch:
        batch.add_column(sa.Column("news", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("planned_news", sa.Integer(), nullable=False, server_default="-1"))
        batch.add_column(sa.Column("plan_again_at", types.UtcDateTime(), nullable=True))
    with op.batch_alter_table("programme") as batch:
        batch.alter_column("news", server_default=None)
        batch.alter_column("planned_news", server_default=None)


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("programme") as batch:
        for name in ("plan_again_at", "planned_news", "news"):
            batch.drop_column(name)
