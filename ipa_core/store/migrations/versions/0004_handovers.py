"""Notices tell of handovers, and the lines of a submission are found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BEFORE = ("O", "H1", "H2", "H3", "L1", "L2", "E1", "opening", "mention", "digest")
_ADDED = ("taken_over", "passed_on")


def upgrade() -> None:
    """Allow the two rungs, and index the submission of a line."""
    _replace_rungs((*_BEFORE[:8], *_ADDED, *_BEFORE[8:]))
    op.create_index("ix_status_update_submission", "status_update", ["submission"])


def downgrade() -> None:
    """Forget the notices of handovers."""
    op.drop_index("ix_status_update_submission", "status_update")
    op.execute("DELETE FROM notice WHERE rung IN ('taken_over', 'passed_on')")
    _replace_rungs(_BEFORE)


def _replace_rungs(rungs: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{rung}'" for rung in rungs)
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("ck_notice_rung"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_rung"), sa.text(f"rung IN ({allowed})"))
