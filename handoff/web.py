"""Puts the inbox on a Flask app: log-in, protection, pages, live stream, static files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, request

from bot.clock import Clock
from bot.db import Database
from handoff import (
    actions,
    admin,
    calculator,
    canned_pages,
    case_pages,
    door_page,
    inbox,
    ladder_page,
    live,
    login,
    postcard_pages,
    queue_pages,
    task_pages,
    wave_uploads,
    waves,
    writing_pages,
)
from handoff.access import (
    first_run_page,
    link_page,
    log_in_page,
    me_access_page,
    me_page,
    oidc_page,
    second_step_page,
    user_pages,
)
from handoff.access.ways import Ways
from handoff.alerts import duty_page, live_page
from handoff.assets import serve_static
from handoff.board import pages as board_pages
from handoff.carried import carry
from handoff.feed import Feed
from handoff.formats import genitive
from handoff.languages import reading, speak
from handoff.ownership import pages as ownership_pages
from handoff.priority import waiting_words
from handoff.search import page as search_page
from handoff.security import csrf, protect
from handoff.setup import connections_page, health_page, log_page, numbers_page, settings_page
from handoff.wording import catalogue, lowered, word

__all__ = ["csrf", "register"]

_ROOMS = (
    log_in_page,
    second_step_page,
    link_page,
    first_run_page,
    oidc_page,
    inbox,
    actions,
    ownership_pages,
    writing_pages,
    canned_pages,
    queue_pages,
    search_page,
    live,
    admin,
    ladder_page,
    calculator,
    case_pages,
    waves,
    wave_uploads,
    board_pages,
    task_pages,
    postcard_pages,
    door_page,
    duty_page,
    live_page,
    me_page,
    settings_page,
    numbers_page,
    connections_page,
    log_page,
    health_page,
    me_access_page,
    user_pages,
)
#: Their names, for a look at every request.
_OURS = frozenset(module.blueprint.name for module in _ROOMS)


def register(
    app: Flask,
    db: Database,
    clock: Clock,
    secure_cookies: bool,
    wake: Callable[[], None] = lambda: None,
    ways: Ways | None = None,
) -> None:
    """Set up login, protection, pages and static files. ``wake`` is called when an SMS has been queued.

    ``ways`` says how people may come in; without it there is a key of this process alone and no provider.

    ``app.extensions["handoff_feed"].stop()`` ends the live streams when the server goes down.
    """
    app.extensions.update(handoff_db=db, handoff_clock=clock, handoff_wake=wake, handoff_feed=Feed(db))
    app.extensions["handoff_ways"] = ways or Ways()
    protect(app, secure=secure_cookies)
    login.login_manager.init_app(app)
    login.limiter.init_app(app)
    for module in _ROOMS:
        app.register_blueprint(module.blueprint)
    csrf.exempt(door_page.blueprint)  # its address is the proof, and it sets no cookie
    app.before_request(_refuse_nul)
    app.after_request(login.note_presence)
    app.url_defaults(carry)
    serve_static(app)
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
    if request.blueprint in _OURS and any("\x00" in v for values in request.form.listvalues() for v in values):
        abort(400)


def _for_templates() -> dict[str, object]:
    theme = request.cookies.get("theme", "")
    return {"me": login.me(), "theme": theme, "crisis_words": catalogue()["crisis"], "reader_language": reading()}
