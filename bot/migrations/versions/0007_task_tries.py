"""How often a task was tried: calls that nobody took, looks at a payment that the rent system has not shown yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.add_column("task", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
