"""Whether the database is as new as this code. A newer one is right too: it is migrated before the code comes."""

from __future__ import annotations

from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.db import MIGRATIONS


def is_behind(session: Session) -> bool:
    """True when a migration that this code knows has not been made. Raises SQLAlchemyError when none ever was."""
    older, newest = _known()
    at = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return at is None or (at in older and at != newest)


@cache
def _known() -> tuple[frozenset[str], str | None]:
    scripts = ScriptDirectory(str(MIGRATIONS))
    return frozenset(each.revision for each in scripts.walk_revisions()), scripts.get_current_head()
