"""``redningskrans token``: tokens for the JSON API."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.commands.common import SlugOption, found, open_database
from handoff import tokens

app = typer.Typer(help="Tokens for the JSON API.", no_args_is_help=True)


class Scope(StrEnum):
    """What a token may do."""

    read = "read"
    write = "write"


@app.callback()
def _group() -> None:
    """Tokens for the JSON API."""


@app.command()
def add(organisation: SlugOption, scope: Annotated[Scope, typer.Option(help="write includes read.")]) -> None:
    """Make a token and print it once, alone on the last line."""
    db, clock = open_database()
    now = clock()
    try:
        with db.write() as session:
            home = found(session, organisation)
            token = tokens.issue(session, home, scope.value, now)
    finally:
        db.close()
    typer.echo(f"A {scope.value} token for {home.name}. Keep it well: it is not shown again.", err=True)
    typer.echo(token)
