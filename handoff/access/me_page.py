"""/me, "Mine indstillinger": what advisers choose and change for themselves, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bot.models import Adviser
from handoff.frame import guard, page
from handoff.languages import available
from handoff.login import database, me

LONGEST_NAME = 120
#: Each language by its own name.
NAMES = {"da": "Dansk", "en": "English", "de": "Deutsch"}

#: What the sections of other rooms show, each asked for its parts.
_sections: list[Callable[[], dict[str, object]]] = []

blueprint = Blueprint("me", __name__, url_prefix="/me", template_folder="../templates")

guard(blueprint)


@blueprint.get("")
def home() -> ResponseReturnValue:
    """The page."""
    return show()


@blueprint.post("/name")
def rename() -> ResponseReturnValue:
    """Gem navnet."""
    name = " ".join(request.form.get("name", "").split())
    if not 0 < len(name) <= LONGEST_NAME:
        return show(422, problems={"name": _("Skriv dit navn, med højst 120 tegn.")}, name=name)
    with database().write() as session:
        _mine(session).name = name
    return redirect(url_for("me.home", done="name"), 303)


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """The language of the pages, one of those there are."""
    code = request.form.get("locale", "")
    if code in available():
        with database().write() as session:
            _mine(session).locale = code
    return redirect(url_for("me.home", done="language"), 303)


def section(parts: Callable[[], dict[str, object]]) -> Callable[[], dict[str, object]]:
    """Let a section of the page (a template that it includes) have these parts."""
    _sections.append(parts)
    return parts


def show(status: int = 200, **parts: object) -> ResponseReturnValue:
    """The page; ``problems`` says by section why something was not done."""
    languages = [(code, NAMES.get(code, code)) for code in available()]
    known: dict[str, object] = {
        "problems": {},
        "name": me().name,
        "done": request.args.get("done", ""),
        "languages": languages,
    }
    for told in _sections:
        known |= told()
    with database().read() as session:
        return page(session, "me", "me", status=status, **(known | parts))


def _mine(session: Session) -> Adviser:
    return session.get_one(Adviser, me().adviser_id)
