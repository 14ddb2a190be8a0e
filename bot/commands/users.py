"""``redningskrans user``: the advisers who log in to the inbox."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.commands.common import complain, found, open_database
from bot.settings import Settings
from handoff.advisers import AdviserError, add_adviser
from handoff.passwords import invent_password

app = typer.Typer(help="The advisers who log in to the inbox.", no_args_is_help=True)


class Role(StrEnum):
    """What an adviser may do."""

    adviser = "adviser"
    admin = "admin"


@app.callback()
def _group() -> None:
    """The advisers who log in to the inbox."""


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="What they log in with.")],
    name: Annotated[str, typer.Option(help="What residents and colleagues call them: first name and surname.")],
    organisation: Annotated[list[str], typer.Option(help="Short names of those they work for.")],
    role: Annotated[Role, typer.Option(help="adviser or admin.")] = Role.adviser,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,  # --organisation a b
) -> None:
    """Add an adviser and print their password once, alone on the last line."""
    db, clock = open_database()
    password = invent_password()
    try:
        with db.write() as session:
            theirs = [found(session, slug) for slug in dict.fromkeys([*organisation, *(more or ())])]
            address = add_adviser(session, email, name, role.value, theirs, password, clock()).email
    except AdviserError as error:
        complain(str(error))
    finally:
        db.close()
    public_url = Settings.from_env().public_url
    where = f" at {public_url}/login" if public_url else ""
    typer.echo(f"{address} can log in{where}. The password is not shown again:", err=True)
    typer.echo(password)
