"""/alerts: what a tab that nobody looks at shows in its title, icon and notifications: counts and ids, never a name.

/me/alerts: what an adviser wants to be told, and how. Puts ``office_words`` into every template.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from bot.models import Adviser
from handoff.access import me_page
from handoff.alerts.news import office_words, read_news
from handoff.frame import guard
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.preferences import changed

blueprint = Blueprint("alerts", __name__, template_folder="../templates")

guard(blueprint)

_SWITCHES = ("browser_alerts", "mail_digest", "mail_mentions", "mail_incidents")


@blueprint.get("/alerts")
def now() -> ResponseReturnValue:
    """How many wait, how many crises ring, and what of it is to be told once."""
    with database().read() as session:
        return jsonify(read_news(session, me().acting, this_moment()))


@blueprint.post("/me/alerts")
def choose() -> ResponseReturnValue:
    """Gem. What the form does not show (an admin's mails, to others) stays as it was."""
    shown = [name for name in _SWITCHES if name != "mail_incidents" or me().is_admin]
    choices: dict[str, object] = {name: name in request.form for name in shown}
    minutes = request.form.get("minutes", "").strip()
    is_number = minutes.isascii() and minutes.isdecimal() and len(minutes) < 6
    choices["mail_waiting_minutes"] = (int(minutes) if is_number else 0) if "mail_waiting" in request.form else None
    try:
        with database().write() as session:
            adviser = session.get_one(Adviser, me().adviser_id)
            adviser.preferences = changed(adviser.preferences, **choices)
    except ValidationError:
        problem = _("Skriv et antal minutter mellem 5 og 1440.")
        return me_page.show(422, problems={"alerts": problem}, typed_alerts=choices | {"minutes": minutes})
    return redirect(url_for("me.home", done="alerts", _anchor="me-alerts"), 303)


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"office_words": _office_words, "mails_go": current_app.extensions.get("handoff_mails", False)}


def _office_words() -> str:
    with database().read() as session:
        return office_words(session, me().acting, this_moment())
