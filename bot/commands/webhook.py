"""``redningskrans webhook``: which addresses of other systems are told what happened."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from bot.commands.common import SlugOption, found, open_database
from bot.hooks.addresses import HookError, add_webhook, find_webhook, remove_webhook, try_webhook, webhooks_of
from bot.hooks.caller import AddressError, checked_url
from bot.hooks.sealed import Vault
from bot.hooks.signature import as_secret
from bot.settings import Settings

app = typer.Typer(help="Tell other systems what happened.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="As webhook list shows it.", metavar="NUMBER")]


@app.callback()
def _group() -> None:
    """Tell other systems what happened."""


@app.command()
def add(
    organisation: SlugOption,
    url: Annotated[str, typer.Option(help="Where to, beginning with https://")],
    event: Annotated[list[str] | None, typer.Option(help="Only this event; may be said several times.")] = None,
) -> None:
    """Add an address and print the secret that signs the calls, alone on the last line."""
    settings = Settings.from_env()
    db, clock = open_database()
    now, secret = clock(), as_secret(secrets.token_bytes(32))
    try:
        with db.write() as session:
            home = found(session, organisation)
            good, kept = checked_url(url, is_demo=settings.demo), Vault(settings.data_key).seal(secret)
            hook = add_webhook(session, home.id, good, event or (), kept, now)
    except (AddressError, HookError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        db.close()
    typer.echo(f"Number {hook.id} is told: {', '.join(hook.events)}.", err=True)
    typer.echo("The secret that signs the calls. Keep it well: it is not shown again.", err=True)
    typer.echo(secret)


@app.command("list")
def show(organisation: SlugOption) -> None:
    """The addresses, with their numbers."""
    db, _ = open_database()
    try:
        with db.read() as session:
            for hook in webhooks_of(session, [found(session, organisation).id]):
                typer.echo(f"{hook.id}  {hook.url}  {', '.join(hook.events)}")
    finally:
        db.close()


@app.command()
def remove(organisation: SlugOption, number: Number) -> None:
    """Tell this address nothing more."""
    _with_one(organisation, number, trial=False)
    typer.echo("It is told nothing more.")


@app.command("try")
def try_one(organisation: SlugOption, number: Number) -> None:
    """Send this address a call that is about nothing, by the running service."""
    _with_one(organisation, number, trial=True)
    typer.echo("A call is on its way, if the service runs.")


def _with_one(slug: str, number: int, *, trial: bool) -> None:
    db, clock = open_database()
    now = clock()
    try:
        with db.write() as session:
            hook = find_webhook(session, [found(session, slug).id], number)
            if hook is None:
                typer.echo("The organisation has no address of this number; see webhook list.", err=True)
                raise typer.Exit(1)
            if trial:
                try_webhook(session, hook, now)
            else:
                remove_webhook(session, hook, now)
    finally:
        db.close()
