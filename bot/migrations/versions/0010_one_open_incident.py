"""One open incident of a kind and subject, whoever tells of it, and how many at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = "ended_at IS NULL"
_OF_ALL = "ended_at IS NULL AND organisation_id IS NULL"


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    _end_doubles()
    _unique("ix_incident_open", ["organisation_id", "kind", "subject"], _OPEN)
    _unique("ix_incident_of_all", ["kind", "subject"], _OF_ALL)


def _unique(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "incident", columns, unique=True, sqlite_where=only, postgresql_where=only)


def _end_doubles() -> None:
    """Of several that are open the oldest stays."""
    op.execute(
        "UPDATE incident SET ended_at = at WHERE ended_at IS NULL AND EXISTS ("
        "SELECT 1 FROM incident AS older WHERE older.ended_at IS NULL AND older.id < incident.id"
        " AND older.kind = incident.kind AND older.subject = incident.subject"
        " AND COALESCE(older.organisation_id, 0) = COALESCE(incident.organisation_id, 0))"
    )
