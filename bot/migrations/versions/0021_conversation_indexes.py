"""The tasks and the live events of a conversation are found by an index: they were looked for among all when a receipt
came late, or a conversation was erased. Tasks are few, and live events are of one day.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TABLES = ("task", "live_event")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    for table in _TABLES:
        op.create_index(f"ix_{table}_conversation_id", table, ["conversation_id"], if_not_exists=True)


def downgrade() -> None:
    """Take it back."""
    for table in _TABLES:
        op.drop_index(f"ix_{table}_conversation_id", table)
