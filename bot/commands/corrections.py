"""``redningskrans nlu corrections``: what advisers corrected in the inbox, disguised, as training data to review."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import complain, open_database
from bot.corrections import disguised
from bot.models import COPENHAGEN
from bot.nlu.exporting import in_rasa_yaml

Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was corrected on this day or later.")
]
Out = Annotated[Path | None, typer.Option(help="Where to write; else to the terminal. Never over another file.")]


def corrections(since: Since = None, out: Out = None) -> None:
    """Write what advisers corrected as Rasa YAML, to review: read every line before anything is trained on it."""
    if out is not None and out.exists() and out.stat().st_size:
        complain(f"{out} is there already, and somebody may have reviewed it. Choose another name.")
    db, _ = open_database()
    try:
        with db.read() as session:
            found = list(disguised(session, since.replace(tzinfo=COPENHAGEN) if since else None))
    finally:
        db.close()
    if not found:
        typer.echo("Nobody has corrected a message" + (f" since {since:%Y-%m-%d}." if since else " yet."), err=True)
        return
    _write(in_rasa_yaml(found), out)
    words = "1 message" if len(found) == 1 else f"{len(found)} messages"
    typer.echo(f"{words}, to review: read every line before you use it.", err=True)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.touch(mode=0o600)  # only for whoever asked, until somebody has read it
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        complain(f"{out} cannot be written: {error.strerror}.")
