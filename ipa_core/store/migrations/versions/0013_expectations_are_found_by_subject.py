"""Expectations are found by their rule and what they are about."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay an index over both."""
    op.create_index("ix_expectation_programme_rule_subject", "expectation", ["programme", "rule", "subject_code"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_expectation_programme_rule_subject", "expectation")
