"""The language of the pages: Danish words are the keys, other languages are gettext catalogues in ``translations/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, has_request_context
from flask_babel import Babel, get_locale

from handoff.login import me
from handoff.saying import DANISH, interpret

FOLDER = Path(__file__).parent / "translations"


def speak(app: Flask) -> None:
    """Let templates say ``_("…")``; without a catalogue for the reader's language they are Danish."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, default_locale=DANISH, default_timezone="Europe/Copenhagen", locale_selector=_chosen)
    interpret(reading, _phrase)


@cache
def available() -> tuple[str, ...]:
    """Danish, and every language that has a catalogue."""
    return DANISH, *sorted(folder.parent.name for folder in FOLDER.glob("*/LC_MESSAGES"))


def reading() -> str:
    """The language that the page being made is read in; Danish where there is no page."""
    if not has_request_context() or "babel" not in current_app.extensions:
        return DANISH
    return str(get_locale() or DANISH)


def _phrase(language: str, danish: str) -> str:
    return str(_catalogue(language).gettext(danish))


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(FOLDER, [language])


def _chosen() -> str:
    """What the adviser chose; Danish for who is not logged in."""
    user = me()
    return user.locale if user.is_authenticated and user.locale in available() else DANISH
