"""Files that go along with a message are kept, when a message came back, and which are posts."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns; messages that were promised before have no files."""
    op.create_table(
        "attachment",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("form", "deadline", name="attachmentkind", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["outbox_message.id"], name="fk_attachment_message_outbox_message"),
        sa.PrimaryKeyConstraint("message", "position", name="pk_attachment"),
    )
    op.add_column("outbox_message", sa.Column("bounced_at", types.UtcDateTime(), nullable=True))
    op.create_index("ix_outbox_message_programme_bounced_at", "outbox_message", ["programme", "bounced_at"])
    op.add_column("outbox_message", sa.Column("is_post", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget the files; messages that wait go without them."""
    op.drop_column("outbox_message", "is_post")
    op.drop_index("ix_outbox_message_programme_bounced_at", "outbox_message")
    op.drop_column("outbox_message", "bounced_at")
    op.drop_table("attachment")
