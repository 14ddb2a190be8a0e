"""How a case had ended when it came again is kept on its ladder: the board counts it in the month it belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.add_column("ladder", sa.Column("ended_as", sa.String(40), nullable=True))
    op.add_column("ladder", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ladder", sa.Column("stage", sa.String(10), nullable=True))
    op.add_column("ladder", sa.Column("eviction_date", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    for column in ("eviction_date", "stage", "ended_at", "ended_as"):
        op.drop_column("ladder", column)
