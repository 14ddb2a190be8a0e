"""What follows an agreed plan: reminders and looks, what it pays in all, and when it was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.add_column("plan", sa.Column("total_ore", sa.Integer(), nullable=True))
    op.add_column("plan", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "plan_step",
        sa.Column("id", _ID, nullable=False),
        sa.Column("plan_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("is_paid", sa.Boolean(), nullable=True),
        sa.Column("arrears_ore", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_step_plan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_plan_step_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_step")),
        sa.UniqueConstraint("plan_id", "number", "kind", name=op.f("uq_plan_step_plan_id_number_kind")),
        sa.UniqueConstraint("message_id", name=op.f("uq_plan_step_message_id")),
    )
