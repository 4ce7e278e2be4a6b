"""Messages get replaced_at: when another message took the place of a dead one."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables, on both databases."""
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaced_at", types.UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Change them back."""
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_column("replaced_at")
