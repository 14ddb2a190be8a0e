"""``redningskrans user``: the advisers who log in to the inbox."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.clock import database_clock
from bot.db import Database
from bot.models import Organisation
from bot.settings import Settings
from bot.store import organisation_by_slug
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
    settings = Settings.from_env()
    db = Database(settings.database_url)
    now, password = database_clock(db)(), invent_password()
    try:
        with db.write() as session:
            slugs = dict.fromkeys([*organisation, *(more or ())])
            found = [_organisation(organisation_by_slug(session, slug), slug) for slug in slugs]
            adviser = add_adviser(session, email, name, role.value, found, password, now)
            address = adviser.email
    except AdviserError as error:
        raise typer.BadParameter(str(error), param_hint="EMAIL") from error
    finally:
        db.close()
    where = f" at {settings.public_url}/login" if settings.public_url else ""
    typer.echo(f"{address} can log in{where}. The password is not shown again:", err=True)
    typer.echo(password)


def _organisation(found: Organisation | None, slug: str) -> Organisation:
    if found is None:
        raise typer.BadParameter(f"there is no organisation {slug!r}.", param_hint="--organisation")
    return found
