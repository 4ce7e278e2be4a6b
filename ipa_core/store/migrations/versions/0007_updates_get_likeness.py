"""Updates get likeness: how much the note of an answer is like those of the round before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; without a batch, so that the triggers of the append-only table stay."""
    op.add_column("status_update", sa.Column("likeness", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("status_update", "likeness")
