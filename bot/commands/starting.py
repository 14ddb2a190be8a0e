"""What a process looks at before it begins: a database that it can work with, and that may send.

An older database than the code is refused, since the code would ask for what is not there. A newer one is fine:
migrations are made so that the release before goes on (docs/decisions/0025-the-old-and-the-new-side-by-side.md).
"""

from __future__ import annotations

from bot.backup.hold import held_since
from bot.commands.common import UnwellError
from bot.db import Database
from bot.migrated import is_behind
from bot.settings import Settings


def check_database(settings: Settings) -> None:
    """Raises UnwellError, in words for the operator."""
    db = Database(settings.database_url)
    try:
        if db.revision() is None or _is_behind(db):
            raise UnwellError("The database is older than this version, or not made yet. Run: redningskrans db upgrade")
        # The demo's phone network, which is to be asked, runs within it, and nobody is written to.
        if not settings.demo and held_since(db) is not None:
            raise UnwellError(
                "The database was brought back from a backup, and sending is held. Run: redningskrans resume"
            )
    finally:
        db.close()


def _is_behind(db: Database) -> bool:
    with db.read() as session:
        return is_behind(session)
