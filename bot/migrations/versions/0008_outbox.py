"""The outbox by number, so that a reply is found at once behind thousands; and what is another try at what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAITING = sa.text("CASE WHEN status IN ('queued', 'sending') AND provider_sid IS NULL THEN 1 END = 1")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    # SQLite can add a column that refers to another row only with its constraint beside it.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    constraint = "CONSTRAINT fk_message_first_try_id REFERENCES message (id)"
    op.execute(f"ALTER TABLE message ADD COLUMN first_try_id {kind} {constraint}")
    op.create_index(op.f("ix_message_first_try_id"), "message", ["first_try_id"], unique=False)
    op.create_index(
        "ix_message_outbox",
        "message",
        ["sender", "bulk", "due_at", "id"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
