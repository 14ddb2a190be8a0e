"""What waits for its turn has an index of its own: the next SMS was looked for among all that wait, each time."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_RECEIVED = sa.text("CASE WHEN status = 'received' THEN 1 END = 1")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    only: dict[str, Any] = {"sqlite_where": _RECEIVED, "postgresql_where": _RECEIVED}
    op.create_index("ix_message_received", "message", ["id"], if_not_exists=True, **only)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_message_received", "message")
