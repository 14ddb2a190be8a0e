"""``redningskrans wave``: see who this month's wave would write to, and with what; start, pause, resume, end it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.commands.common import SlugOption, complain, found, open_database
from bot.commands.wave_shown import as_json as preview_as_json
from bot.commands.wave_shown import counted, moment_in_words, print_preview, print_view, view_as_json
from bot.db import Database
from bot.models import Organisation
from bot.wave_desk import WaveRefusedError, WaveView
from scheduler import run_waves
from scheduler.desk import Desk
from scheduler.wording import IN_WORDS

app = typer.Typer(help="The monthly wave.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Month = Annotated[str, typer.Option("--month", help="Such as 2026-11; by default the month at hand.")]

_REFUSED = {
    "cancelled": "The wave of this month has been cancelled, and is not started again.",
    "paused": "The wave of this month is paused. Let it go on with: wave resume.",
    "not_paused": "No wave is paused.",
    "which_month": "More than one wave runs. Say which with --month; wave show tells how each stands.",
    "unknown_wave": "There is no wave of that month.",
}
_DESK = Desk()
#: No ladder is longer.
_RUNS = timedelta(days=62)


@app.command()
def preview(organisation: SlugOption, as_json: Json = False) -> None:
    """Show who would be contacted, who is skipped and why, and the texts. Nothing is sent or written."""
    db, clock = open_database()
    try:
        with db.read() as session:
            known = found(session, organisation)
            shown = _DESK.preview(session, known, clock())
    finally:
        db.close()
    if as_json:
        typer.echo(json.dumps(preview_as_json(known, shown), ensure_ascii=False, indent=2))
    else:
        print_preview(known, shown)


@app.command()
def start(organisation: SlugOption) -> None:
    """Start this month's wave now, as the scheduler does by itself on its day; starting twice sends once."""

    def act(db: Database, known: Organisation, now: datetime) -> None:
        report = run_waves.start_wave(db, known.id, now, "command")
        done = f"{counted(report.sms, 'sms')} og {counted(report.tasks, 'opgave', 'r')}"
        typer.echo(f"{known.name}, {report.month}: {done}.")
        for why, count in report.skipped.most_common():
            typer.echo(f"  {count} springes over: {IN_WORDS[why]}")
        if report.waits_until is not None:
            typer.echo(f"Sms'erne venter til {moment_in_words(report.waits_until)}.")

    _do(organisation, act)


@app.command()
def pause(organisation: SlugOption, month: Month = "") -> None:
    """Hold a month's wave, by default also last month's while it runs: nothing is started or sent until resumed."""
    _change(organisation, month, _DESK.pause, _going, "er på pause. Intet startes eller sendes, før den genoptages")


@app.command()
def resume(organisation: SlugOption, month: Month = "") -> None:
    """Let a paused wave go on, by default all that are paused. What has expired meanwhile is dropped, not sent late."""
    _change(
        organisation, month, _DESK.resume, _paused, "kører videre. Det, der er blevet for gammelt imens, sendes ikke"
    )


@app.command()
def cancel(organisation: SlugOption, month: Month = "") -> None:
    """End a month's wave for good. Advisers keep the task of each case's deadline."""
    _change(
        organisation, month, _DESK.cancel, _the_one, "er stoppet for altid. Rådgiverne får stadig opgaven på fristen"
    )


@app.command()
def show(organisation: SlugOption, month: Month = "", as_json: Json = False) -> None:
    """Show how a month's wave stands: contacts by step, SMS by status, skips by reason."""

    def act(db: Database, known: Organisation, now: datetime) -> None:
        view = _view(db, known, month, now)
        if as_json:
            typer.echo(json.dumps(view_as_json(known, view), ensure_ascii=False, indent=2))
        else:
            print_view(known, view)

    _do(organisation, act)


def _do(slug: str, act: Callable[[Database, Organisation, datetime], None]) -> None:
    """Find the organisation and act; what is refused ends the command with one sentence."""
    db, clock = open_database()
    try:
        with db.read() as session:
            known = found(session, slug)
        act(db, known, clock())
    except WaveRefusedError as error:
        complain(_REFUSED[error.why])
    finally:
        db.close()


def _change(
    slug: str,
    month: str,
    change: Callable[[Database, int, str, datetime, int | None], None],
    which: Callable[[list[WaveView], datetime], list[str]],
    in_words: str,
) -> None:
    """``which``: the months that are meant where none is told."""

    def act(db: Database, known: Organisation, now: datetime) -> None:
        with db.read() as session:
            views = _DESK.waves(session, known, now)
        for wanted in [month] if month else which(views, now):
            change(db, known.id, wanted, now, None)
            typer.echo(f"{known.name}, {wanted}: bølgen {in_words}.")

    _do(slug, act)


def _going(views: list[WaveView], now: datetime) -> list[str]:
    """The month at hand, and earlier waves whose ladders still run: these are what writes to people."""
    at_hand, *earlier = views
    running = (view for view in earlier if view.state != "cancelled")
    return [at_hand.month, *(v.month for v in running if v.started_at and now - v.started_at < _RUNS)]


def _paused(views: list[WaveView], now: datetime) -> list[str]:
    months = [view.month for view in views if view.state == "paused"]
    if not months:
        raise WaveRefusedError("not_paused")
    return months


def _the_one(views: list[WaveView], now: datetime) -> list[str]:
    """What is for good is not guessed."""
    months = _going(views, now)
    if len(months) > 1:
        raise WaveRefusedError("which_month")
    return months


def _view(db: Database, known: Organisation, month: str, now: datetime) -> WaveView:
    """The wave of the month; by default of the one at hand."""
    with db.read() as session:
        views = _DESK.waves(session, known, now)
    found_view = next((view for view in views if month in ("", view.month)), None)
    if found_view is None:
        raise WaveRefusedError("unknown_wave")
    return found_view
