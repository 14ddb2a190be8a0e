"""Crises ring until an adviser has seen them; a machine's answer is marked as one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    op.create_table(
        "alarm",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by_id", _ID, nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_alarm_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["adviser.id"], name=op.f("fk_alarm_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_conversation_id"), "alarm", ["conversation_id"], unique=False)
    # Crises that nobody has taken ring on, as they did.
    op.execute(
        "INSERT INTO alarm (conversation_id, reason, at)"
        " SELECT id, COALESCE(reason, 'crisis_self_harm'), COALESCE(waiting_since, last_message_at, created_at)"
        " FROM conversation WHERE priority = 'crisis' AND held_by <> 'adviser' AND closed_at IS NULL"
    )
    op.add_column("message", sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
