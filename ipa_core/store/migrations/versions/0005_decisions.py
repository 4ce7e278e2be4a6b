"""People decide: each act is a row."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KINDS = (
    "acknowledge",
    "snooze",
    "explain",
    "verify",
    "refuse",
    "adopt",
    "drop",
    "rebaseline",
)
_ADOPTIONS = ("adopted", "partly", "not_adopted", "undecided")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "decision",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("kind", _choice(*_KINDS, name="decisionkind"), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("adoption", _choice(*_ADOPTIONS, name="adoption"), nullable=True),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_decision_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_programme_dossier", "decision", ["programme", "dossier"])
    op.create_index("ix_decision_programme_signal", "decision", ["programme", "signal"])


def downgrade() -> None:
    """Forget what people decided."""
    op.drop_table("decision")


def _choice(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=64)
