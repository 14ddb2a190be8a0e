"""Organisations' own wordings of our texts, and when a text's source was last looked up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDING = sa.text("status IN ('draft', 'live')")


def _foreign(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    _create_wording()
    _create_source_check()


def _create_wording() -> None:
    op.create_table(
        "wording",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("approved_by_id", _ID, nullable=True),
        sa.Column("ended_by_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _foreign("wording", "organisation_id", "organisation", ondelete="CASCADE"),
        _foreign("wording", "author_id", "adviser"),
        _foreign("wording", "approved_by_id", "adviser"),
        _foreign("wording", "ended_by_id", "adviser"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.create_index(op.f("ix_wording_organisation_id"), "wording", ["organisation_id"], unique=False)
    op.create_index(
        "uq_wording_standing",
        "wording",
        ["organisation_id", "key", "language", "status"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def _create_source_check() -> None:
    op.create_table(
        "source_check",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _foreign("source_check", "organisation_id", "organisation", ondelete="CASCADE"),
        _foreign("source_check", "adviser_id", "adviser"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_check")),
    )
    op.create_index(op.f("ix_source_check_organisation_id"), "source_check", ["organisation_id"], unique=False)
