"""Log-ins that wait for their second step, and wrong attempts counted for all processes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.add_column("login_session", sa.Column("waits_for", sa.String(10), nullable=False, server_default=""))
    op.create_table(
        "login_try",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("locked_until", _AT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_try")),
    )
