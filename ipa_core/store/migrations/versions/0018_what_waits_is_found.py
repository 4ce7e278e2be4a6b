"""The messages that wait, and those of a day, are found without reading all that ever went."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NEW = {
    "ix_outbox_message_programme_state_due_at": ["programme", "state", "due_at"],
    "ix_outbox_message_programme_slot_on": ["programme", "slot_on"],
    "ix_outbox_message_programme_handed_over_at": ["programme", "handed_over_at"],
}


def upgrade() -> None:
    """Make them; the first one takes the place of an index over all programmes."""
    for name, columns in _NEW.items():
        op.create_index(name, "outbox_message", columns)
    op.drop_index("ix_outbox_message_state_due_at", "outbox_message")


def downgrade() -> None:
    """Go back to the index over all programmes."""
    op.create_index("ix_outbox_message_state_due_at", "outbox_message", ["state", "due_at"])
    for name in _NEW:
        op.drop_index(name, "outbox_message")
