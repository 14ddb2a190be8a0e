"""What an old month's wave came to is counted ahead: a year on the board is the sum of its months."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.create_table(
        "board_month",
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("organisation.id", name="fk_board_month_organisation_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cell", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "month", name="pk_board_month"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("board_month")
