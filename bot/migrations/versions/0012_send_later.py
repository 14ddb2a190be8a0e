"""An SMS that an adviser wrote to be sent later: the time that was chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.add_column("message", sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
