"""``serve --demo``: invented secrets, demo data, the movable clock, and a word on where to look."""

from __future__ import annotations

from datetime import datetime, timedelta

import typer
from rich.console import Console

from bot.clock import database_clock, machine_clock, set_clock
from bot.db import Database
from bot.demo import load, logins
from bot.models import COPENHAGEN, ClockOffset
from bot.settings import Settings, SettingsError
from scheduler.calendar import latest_wave_day

_START = timedelta(hours=9, minutes=5)


def start_demo(settings: Settings, clock: str) -> Settings:
    """Make all that a demo needs beside the data, once; say where to look and how to log in."""
    settings = settings.with_demo(settings.port)
    db = Database(settings.database_url)
    db.upgrade()
    _start_clock(db, clock)
    load(db, database_clock(db)(), settings.var)
    _tell(settings, db)
    db.close()
    return settings


def _start_clock(db: Database, wanted: str) -> None:
    """A kept clock goes on; a wanted one, or a new demo, starts where it should."""
    with db.read() as session:
        is_kept = session.get(ClockOffset, 1) is not None
    if wanted:
        set_clock(db, _read_time(wanted))
    elif not is_kept:
        day = latest_wave_day(machine_clock())
        set_clock(db, datetime.combine(day, datetime.min.time(), COPENHAGEN) + _START)


def _read_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"--clock takes an ISO time such as 2026-10-27T09:05, not {text!r}.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)


def _tell(settings: Settings, db: Database) -> None:
    out = Console(highlight=False)
    base = settings.public_url
    out.print(
        f"\n[bold]Redningskrans[/bold] (demo, no real SMS is sent), clock {database_clock(db)():%Y-%m-%d %H:%M}\n"
    )
    out.print(f"  Phones   {base}/simulator")
    out.print(f"  Inbox    {base}/inbox")
    for login in logins(settings.var):
        out.print(f"           {login.email}  {login.password}")
    out.print("\n  Import   .venv/bin/redningskrans cases import docs/sample-cases.csv --organisation solgaarden")
    out.print("  Wave     .venv/bin/redningskrans wave start --organisation solgaarden")
    out.print("\n  Ctrl-C stops all of it.\n")
    typer.echo("", nl=False)
