"""Notices climb the ladder of a signal, and remember how heavy they said it was."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BEFORE = ("O", "H1", "H2", "H3", "L1", "L2", "E1", "opening", "taken_over", "passed_on", "mention", "digest")
_ADDED = ("repeat", "coordinator", "project_lead", "aanjager", "critical", "worse", "snooze_ended", "solved")
_SEVERITIES = ("info", "low", "medium", "high", "critical")


def upgrade() -> None:
    """Allow the rungs, and add the weight; what was told before has none."""
    _replace_rungs((*_BEFORE[:8], *_ADDED, *_BEFORE[8:]))
    severity = sa.Enum(*_SEVERITIES, name="severity", native_enum=False, create_constraint=True, length=64)
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("severity", severity, nullable=True))


def downgrade() -> None:
    """Forget the later rungs."""
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("ck_notice_severity"), type_="check")
        batch.drop_column("severity")
    op.execute(f"DELETE FROM notice WHERE rung IN ({_listed(_ADDED)})")  # noqa: S608 - our own words
    _replace_rungs(_BEFORE)


def _replace_rungs(rungs: tuple[str, ...]) -> None:
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("ck_notice_rung"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_rung"), sa.text(f"rung IN ({_listed(rungs)})"))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
