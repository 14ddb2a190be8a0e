"""Indexes of the inbox: its lists and counts are read from them alone, however many conversations there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN, _ENDED = sa.text("closed_at IS NULL"), sa.text("closed_at IS NOT NULL")
_SNOOZED, _PLANNED = sa.text("snoozed_until IS NOT NULL"), sa.text("send_at IS NOT NULL")
_ASKED = "organisation_id held_by adviser_id waiting_since snoozed_until priority case_id reason language closed_at"


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    _about("ix_conversation_open", "conversation", _ASKED, _OPEN)
    _about("ix_conversation_newest", "conversation", "organisation_id last_message_at closed_at", _OPEN)
    _about("ix_conversation_snoozed", "conversation", "organisation_id snoozed_until", _SNOOZED)
    _about("ix_conversation_ended", "conversation", "organisation_id closed_at", _ENDED)
    _about("ix_message_planned", "message", "status conversation_id", _PLANNED)
    op.create_index("ix_case_deadline", "case", ["organisation_id", "status", "deadline"], unique=False)


def _about(name: str, table: str, columns: str, rows: sa.TextClause) -> None:
    """An index about some of the rows."""
    op.create_index(name, table, columns.split(), unique=False, sqlite_where=rows, postgresql_where=rows)
