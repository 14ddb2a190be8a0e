"""``redningskrans search``: what the inbox's search finds things by."""

from __future__ import annotations

import typer

from bot.commands.common import complain, open_database
from bot.search_build import build_some, start_again

app = typer.Typer(help="What the inbox's search finds things by.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """What the inbox's search finds things by."""


@app.command()
def rebuild() -> None:
    """Index all cases and conversations anew, while the service goes on: after DATA_KEY was changed."""
    db, clock = open_database()
    try:
        if db.index is None:
            complain("Missing setting: DATA_KEY. Search keeps no words, only what this key makes of them.")
        start_again(db)
        while build_some(db, clock) == "more":
            typer.echo(".", nl=False, err=True)
    finally:
        db.close()
    typer.echo("Everything can be found by search.")
