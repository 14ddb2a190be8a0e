"""Search: which words, under a key, a case or a conversation is found by, and how far that has been written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    for owner in ("case", "conversation"):
        op.create_table(
            f"{owner}_word",
            sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column(f"{owner}_id", _ID, autoincrement=False, nullable=False),
            sa.ForeignKeyConstraint(
                [f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{owner}_word_{owner}_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("token", f"{owner}_id", name=op.f(f"pk_{owner}_word")),
            sqlite_with_rowid=False,
        )
        op.create_index(op.f(f"ix_{owner}_word_{owner}_id"), f"{owner}_word", [f"{owner}_id"], unique=False)
    op.create_table(
        "search_build",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_mark", sa.String(16), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_build")),
    )
