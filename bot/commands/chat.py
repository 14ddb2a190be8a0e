"""``redningskrans chat``: be the resident in the terminal, or see a written talk played. Nothing is sent or stored."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import chat as room
from bot.clock import machine_clock
from bot.commands.common import complain
from bot.dialogs import transcript
from bot.dialogs.state import CaseFacts
from bot.settings import HOME, Settings

FOLDER = HOME / "tests" / "transcripts"
_WHICH = "its number, a part of its name, or a file."

Play = Annotated[str, typer.Option("--play", metavar="TALK", help=f"See a written talk played: {_WHICH}")]
Case = Annotated[str, typer.Option("--case", metavar="TALK", help=f"Begin with the case of a written talk: {_WHICH}")]
Repro = Annotated[bool, typer.Option("--repro", help="Print the talk at its end, as a test for tests/transcripts.")]


def chat(play: Play = "", case: Case = "", repro: Repro = False) -> None:
    """You are the resident, in the terminal; or see how a written talk goes now."""
    if play:
        show(found(play))
        return
    from bot.app import load_understanding

    first, today = begins_with(found(case)) if case else (None, machine_clock().date())
    understand = load_understanding(Settings.from_env())
    talked = room.talk(lambda text: understand(text, today), typer.echo, lambda: input("du: "), today, first)
    if repro:
        typer.echo(talked)


def found(wanted: str) -> Path:
    """The talk that was meant; a word that fits none, or several, is answered with what there is."""
    if (file := Path(wanted)).is_file():
        return file
    talks = sorted(FOLDER.glob("*.toml"))
    number = re.compile(rf"0*{wanted}-") if wanted.isdecimal() else None
    fitting = [talk for talk in talks if (number.match(talk.name) if number else wanted.lower() in talk.stem)]
    if not talks:
        complain(f"There is no file {wanted}, and no talk in {FOLDER}.")
    if len(fitting) != 1:
        what = "several talks fit" if fitting else "no talk fits"
        complain(f"{wanted!r}: {what}. There are:\n" + "\n".join(f"  {talk.stem}" for talk in fitting or talks))
    return fitting[0]


def show(path: Path) -> None:
    """The talk as it goes now, and whether that is still how it was written down."""
    script = _read(path)
    try:
        rehearsal = transcript.play(script)
        room.show_talk(script["title"], transcript.read_case(script["case"]), rehearsal.exchanges, typer.echo)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        complain(f"{path} is no talk: {_in_words(error)}.")
    written = [turn.get("we", "") for turn in script["turn"]]
    if written != [exchange.answer for exchange in rehearsal.exchanges]:
        typer.echo("Samtalen er skrevet ned på en anden måde, end den går nu.")


def begins_with(path: Path) -> tuple[CaseFacts, date]:
    """The case and the day of a written talk."""
    script = _read(path)
    try:
        case: CaseFacts = transcript.read_case(script["case"])
        return case, date.fromisoformat(str(script["today"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        complain(f"{path} is no talk: {_in_words(error)}.")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        complain(f"{path} cannot be read: {error}.")


def _in_words(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)
