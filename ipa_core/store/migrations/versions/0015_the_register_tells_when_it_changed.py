"""When the register last changed is found without reading it: each planning asks."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay an index over it."""
    op.create_index("ix_recommendation_programme_recorded_at", "recommendation", ["programme", "recorded_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_recommendation_programme_recorded_at", "recommendation")
