"""What was handed over lately is found by an index: a health check read all SMS of an organisation for it, whenever
some were stuck. Some seconds a million SMS to build; what comes in meanwhile waits, or is brought again by Twilio.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ATTEMPTED = sa.text("attempted_at IS NOT NULL")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    only: dict[str, Any] = {"sqlite_where": _ATTEMPTED, "postgresql_where": _ATTEMPTED}
    op.create_index("ix_message_attempted", "message", ["attempted_at"], if_not_exists=True, **only)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_message_attempted", "message")
