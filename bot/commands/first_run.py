"""On the first day: where to begin, and the code that proves that whoever does can read what the service prints."""

from __future__ import annotations

import typer

from bot.db import Database
from bot.settings import Settings
from handoff.access.first_run import is_first
from handoff.access.settings import ways_of


def tell_first_run(settings: Settings) -> None:
    """Print the address and the code while there is no adviser; afterwards nothing."""
    db = Database(settings.database_url)
    with db.read() as session:
        is_new = is_first(session)
    db.close()
    if is_new:
        typer.echo(f"Nobody has access yet. Begin at {settings.public_url}/setup with this code:")
        typer.echo(f"  {ways_of(settings).first_run_code()}")
