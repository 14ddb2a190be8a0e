"""The command ``redningskrans``. Each room's commands stand in ``bot/commands``."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import structlog
import typer

from bot.backup.errors import BackupError
from bot.commands import cases, nlu, organisation, search, token, users, wave, webhook
from bot.commands.backup import backup, hold, restore, resume
from bot.commands.boligstoette import boligstoette
from bot.commands.chat import chat
from bot.commands.common import UnwellError
from bot.commands.copying import copy_database
from bot.commands.corrections import corrections
from bot.commands.demo import start_demo
from bot.commands.doctor import doctor
from bot.commands.first_run import tell_first_run
from bot.commands.simulate import simulate
from bot.commands.starting import check_database
from bot.db import Database
from bot.db_faults import IN_WORDS, fault_of
from bot.logs import about, configure_logs
from bot.settings import Settings, SettingsError

app = typer.Typer(
    help="Two-way SMS for residents who are behind with the rent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # what a variable holds may be somebody's
)
db_commands = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(db_commands, name="db")
app.add_typer(organisation.app, name="organisation")
app.add_typer(users.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(cases.app, name="cases")
app.add_typer(wave.app, name="wave")
app.add_typer(search.app, name="search")
app.add_typer(webhook.app, name="webhook")
nlu.app.command()(corrections)
app.add_typer(nlu.app, name="nlu")
db_commands.command("copy")(copy_database)
app.command()(boligstoette)
app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.command()(hold)
app.command()(resume)
app.command()(chat)
app.command()(simulate)

log = structlog.get_logger()
Port = Annotated[int | None, typer.Option(help="Where the web listens.", min=1, max=65535)]


@app.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Phone simulator, demo data, invented secrets, movable clock.")
    ] = False,
    port: Port = None,
    clock: Annotated[str, typer.Option(help="ISO time at which the demo's clock starts.")] = "",
) -> None:
    """Web, worker and scheduler in one go; makes or migrates the database itself."""
    from bot.serve import serve_web

    settings = _settings(port)
    if clock and not demo:
        raise SettingsError("--clock goes with --demo: only the demo's clock can be moved.")
    if demo:
        settings = start_demo(settings, clock)
    else:
        settings.check()
        Database(settings.database_url).upgrade()
        check_database(settings)
        tell_first_run(settings)
    serve_web(settings, everything=True)


@app.command()
def web(port: Port = None, processes: Annotated[int, typer.Option(min=1)] = 1) -> None:
    """The web alone."""
    from bot.serve import serve_web

    settings = _settings(port)
    settings.check()
    check_database(settings)
    tell_first_run(settings)
    serve_web(settings, processes=processes)


@app.command()
def worker() -> None:
    """The worker alone: takes turns and sends."""
    from bot.serve import run_beside

    settings = _settings()
    settings.check()
    check_database(settings)
    run_beside(settings, worker=True)


@app.command()
def scheduler() -> None:
    """The scheduler alone: starts waves and takes their steps."""
    from bot.serve import run_beside

    settings = _settings()
    settings.check()
    check_database(settings)
    run_beside(settings, worker=False)


@db_commands.command("upgrade")
def db_upgrade() -> None:
    """Make an empty database, or bring an older one up to date."""
    Database(_settings().database_url).upgrade()
    typer.echo("The database is up to date.")


def _settings(port: int | None = None) -> Settings:
    settings = Settings.from_env()
    return settings.model_copy(update={"port": port}) if port else settings


def main() -> None:
    """Run the command; an error that the user can act on is one sentence, not a traceback."""
    stays = {"serve", "web", "worker", "scheduler"} & set(sys.argv[1:2])
    configure_logs(logging.INFO if stays else logging.WARNING)
    from bot.serve import PortTakenError

    try:
        app()
    except (SettingsError, PortTakenError, UnwellError, BackupError) as error:
        sys.exit(f"redningskrans: {error}")
    except Exception as error:
        if (fault := fault_of(error)) is not None:
            sys.exit(f"redningskrans: {IN_WORDS[fault]}")
        if not stays:
            raise  # for whoever sits at the terminal
        log.error("The process ended with an error", action="process_died", **about(error))
        sys.exit(1)
