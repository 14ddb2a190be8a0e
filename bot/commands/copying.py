"""``redningskrans db copy``: the database into another one, when one machine is not enough any more."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.backup.copying import copy_all
from bot.commands.common import complain
from bot.db import Database
from bot.settings import Settings

To = Annotated[
    str,
    typer.Option(
        envvar="NEW_DATABASE_URL",
        help="The new database, empty; in the environment no list of processes shows its password.",
        show_envvar=True,
    ),
]


def copy_database(to: To) -> None:
    """Copy everything into another, empty database, of either kind, while nothing runs. The old one stays as it is."""
    source = Database(Settings.from_env().database_url)
    try:
        target = Database(to)
    except ArgumentError:
        complain("The new database's address is none: it looks like postgresql://name:password@host/redningskrans.")
    try:
        if source.revision() is None:
            complain("There is nothing to copy: the database is not made yet.")
        if make_url(to).database == source.url.database and make_url(to).host == source.url.host:
            complain("The new database is the old one.")
        rows = copy_all(source, target)
    finally:
        source.close()
        target.close()
    typer.echo(f"{sum(rows.values()):,} rows of {sum(map(bool, rows.values()))} tables. Now let DATABASE_URL name it.")
