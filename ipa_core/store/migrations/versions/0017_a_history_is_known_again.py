"""A programme remembers which history was loaded, so that the same one is not read again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was loaded before is read once more."""
    with op.batch_alter_table("programme") as batch:
        batch.add_column(sa.Column("history_fingerprint", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("history_lines", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("programme") as batch:
        batch.alter_column("history_fingerprint", server_default=None)
        batch.alter_column("history_lines", server_default=None)


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("programme") as batch:
        for name in ("history_lines", "history_fingerprint"):
            batch.drop_column(name)
