"""Milestones, responsibilities and signals are found by their dossier."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the index over the dossier as well."""
    for table in ("milestone", "responsibility"):
        op.drop_index(f"ix_{table}_programme", table)
        op.create_index(f"ix_{table}_programme_dossier", table, ["programme", "dossier"])
    op.create_index("ix_signal_programme_dossier", "signal", ["programme", "dossier"])


def downgrade() -> None:
    """Lay it over the programme alone again."""
    op.drop_index("ix_signal_programme_dossier", "signal")
    for table in ("milestone", "responsibility"):
        op.drop_index(f"ix_{table}_programme_dossier", table)
        op.create_index(f"ix_{table}_programme", table, ["programme"])
