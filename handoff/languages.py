"""The language of the pages: Danish words are the keys, other languages are gettext catalogues in ``translations/``."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_babel import Babel

from handoff.login import me

FOLDER = Path(__file__).parent / "translations"
DANISH = "da"


def speak(app: Flask) -> None:
    """Let templates say ``_("…")``; without a catalogue for the reader's language they are Danish."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, default_locale=DANISH, default_timezone="Europe/Copenhagen", locale_selector=_chosen)


def available() -> tuple[str, ...]:
    """Danish, and every language that has a catalogue."""
    return DANISH, *sorted(folder.name for folder in FOLDER.glob("*") if (folder / "LC_MESSAGES").is_dir())


def _chosen() -> str:
    """What the adviser chose; Danish for who is not logged in."""
    user = me()
    return user.locale if user.is_authenticated and user.locale in available() else DANISH
