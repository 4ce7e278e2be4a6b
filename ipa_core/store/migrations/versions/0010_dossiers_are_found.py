"""Milestones and responsibilities are found by their dossier."""

from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the index over the dossier as well."""
    for table in ("milestone", "responsibility"):
        op.drop_index(f"ix_{table}_programme", table)
        op.create_index(f"ix_{table}_programme_dossier", table, ["programme", "dossier"])


def downgrade() -> None:
    """Lay it over the programme alone again."""
    for table in ("milestone", "responsibility"):
        op.drop_index(f"ix_{table}_programme_dossier", table)
        op.create_index(f"ix_{table}_programme", table, ["programme"])
