"""Puts the inbox on a Flask app: log-in, protection, pages, live stream, static files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, abort, request

from bot.clock import Clock
from bot.db import Database
from handoff import (
    actions,
    admin,
    calculator,
    door_page,
    inbox,
    ladder_page,
    live,
    login,
    postcard_pages,
    task_pages,
    wave_uploads,
    waves,
)
from handoff.access import me_page
from handoff.feed import Feed
from handoff.formats import genitive
from handoff.languages import speak
from handoff.priority import waiting_words
from handoff.security import csrf, protect
from handoff.wording import catalogue, lowered, word

__all__ = ["csrf", "register"]

_ROOMS = (
    login,
    inbox,
    actions,
    live,
    admin,
    ladder_page,
    calculator,
    waves,
    wave_uploads,
    task_pages,
    postcard_pages,
    door_page,
    me_page,
)
_STATIC = Path(__file__).parent / "static"


def register(
    app: Flask, db: Database, clock: Clock, secure_cookies: bool, wake: Callable[[], None] = lambda: None
) -> None:
    """Set up login, protection, pages and static files. ``wake`` is called when an SMS has been queued.

    ``app.extensions["handoff_feed"].stop()`` ends the live streams when the server goes down.
    """
    app.extensions.update(handoff_db=db, handoff_clock=clock, handoff_wake=wake, handoff_feed=Feed(db))
    protect(app, secure=secure_cookies)
    login.login_manager.init_app(app)
    login.limiter.init_app(app)
    for module in _ROOMS:
        app.register_blueprint(module.blueprint)
    csrf.exempt(door_page.blueprint)  # its address is the proof, and it sets no cookie
    app.before_request(_refuse_nul)
    _serve_static(app)
    speak(app)
    app.context_processor(_for_templates)
    app.jinja_env.filters.update(
        waited=waiting_words,
        genitive=genitive,
        language=lambda code: word("languages", code),
        lower_first=lowered,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
    )


def _refuse_nul() -> None:
    """PostgreSQL takes no NUL in a text, and no person types one."""
    ours = {module.blueprint.name for module in _ROOMS}
    if request.blueprint in ours and any("\x00" in v for values in request.form.listvalues() for v in values):
        abort(400)


def _for_templates() -> dict[str, object]:
    theme = request.cookies.get("theme", "")
    return {"me": login.me(), "theme": theme, "crisis_words": catalogue()["crisis"]}


def _serve_static(app: Flask) -> None:
    """Serve our files at /static, whether the app came with a folder of its own or none."""
    app.static_folder = str(_STATIC)
    if "static" not in app.view_functions:
        app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
