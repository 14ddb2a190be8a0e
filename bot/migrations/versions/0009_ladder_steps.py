"""A ladder keeps the steps that it began with, so that changing them repeats nothing for a case that is under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.add_column("ladder", sa.Column("steps", sa.JSON(), nullable=True))
