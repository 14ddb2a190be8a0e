"""``redningskrans backup``, ``restore``, ``hold`` and ``resume``: a copy of the database, and the way back from it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.app import load_understanding
from bot.backup.hold import held_since, set_hold
from bot.backup.replay import Outcome, Replay
from bot.backup.take import back_up, bring_back
from bot.clock import Clock, database_clock, machine_clock
from bot.commands.common import UnwellError, complain, open_database
from bot.db import Database
from bot.gateway import GatewayDownError
from bot.models import COPENHAGEN
from bot.settings import Settings
from bot.twilio_gateway import TwilioGateway
from scheduler import jobs

_NO_SECRETS = "DATA_KEY, SECRET_KEY and Twilio's token are not in it: keep them somewhere else."
_NEXT = "Nothing is sent until you have run: redningskrans resume"


def backup(
    place: Annotated[
        str,
        typer.Argument(help="A file that is not there yet, or a folder (made, if it ends in /): the time names it."),
    ],
) -> None:
    """Take a backup of the database; the service may go on meanwhile."""
    settings = Settings.from_env()
    db = Database(settings.database_url)
    if place.endswith("/"):  # or the first night would make a file of that name, and the second find it there
        Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        file, manifest = back_up(db, Path(place), _clock(settings, db)())
    finally:
        db.close()
    typer.echo(f"{file}: {manifest.bytes:,} bytes, migration {manifest.revision}. {_NO_SECRETS}")


def restore(
    file: Annotated[Path, typer.Argument(help="What backup has made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Keep aside what is in the database now.")] = False,
) -> None:
    """Bring a backup back, while nothing runs. All sending is held until ``resume`` knows what was sent since."""
    db = Database(Settings.from_env().database_url)
    try:
        done = bring_back(db, file, machine_clock(), replace=replace)
    finally:
        db.close()
    if done.kept:
        typer.echo(f"What was there is kept as {done.kept}. Remove it when it is no more needed.")
    typer.echo(f"The database is as it was at {_said(done.manifest.taken_at)}. {_NEXT}")


def hold(since: Annotated[str, typer.Option(help="ISO time that the database was brought back to.")]) -> None:
    """Hold all sending, for a database that was brought back by other means (a snapshot, the hosting's own backup)."""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        complain("--since must be an ISO time, such as 2026-11-27T03:00+01:00.")
    db, clock = open_database()
    moment = moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)
    try:
        with db.write() as session:
            set_hold(session, moment, clock())
    finally:
        db.close()
    typer.echo(_NEXT)


def resume() -> None:
    """Ask Twilio what came and went since the backup, do it again without sending, then let sending go."""
    settings = Settings.from_env()
    settings.check()
    db, clock = open_database()
    gateway = TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
    try:
        if held_since(db) is None:
            typer.echo("Nothing is held.")
            return
        done = Replay(db, gateway, load_understanding(settings), lambda now: jobs.tick(db, now), clock)()
    except GatewayDownError as error:
        raise UnwellError(f"Twilio cannot be asked ({error}). Sending is still held; run it again later.") from error
    finally:
        db.close()
    if done is not None:
        typer.echo(_told(done))


def _told(done: Outcome) -> str:
    return (
        f"Since {_said(done.since)}: {done.came} SMS came in; {done.known} that we sent are known again; {done.found} "
        f"more were found and put into their threads, for advisers to look at; {done.refused} were not sent for their "
        "sake. Sending goes on."
    )


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(COPENHAGEN):%Y-%m-%d %H:%M:%S}"


def _clock(settings: Settings, db: Database) -> Clock:
    return database_clock(db) if settings.demo else machine_clock
