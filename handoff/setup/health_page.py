"""/admin/health: how the service does. Every adviser reads it; asking Twilio is a button."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from handoff.frame import guard, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.setup.health import past_incidents, read_health
from handoff.wording import word

blueprint = Blueprint("setup_health", __name__, url_prefix="/admin", template_folder="../templates")

guard(blueprint)


@blueprint.get("/health")
def show() -> ResponseReturnValue:
    """How it stands."""
    return _show()


@blueprint.post("/health/twilio")
def ask_twilio() -> ResponseReturnValue:
    """Spørg Twilio nu: one call, which sends nothing."""
    probe: Callable[[], bool] = current_app.extensions.get("handoff_probe", lambda: False)
    answers = probe()  # outside any transaction: it may take seconds
    return _show(word("health", "twilio_answers" if answers else "twilio_silent"), is_bad=not answers)


def _show(asked: str = "", *, is_bad: bool = False) -> ResponseReturnValue:
    now, mine = this_moment(), me().acting.organisations
    with database().read() as session:
        states, past = read_health(session, mine, now), past_incidents(session, mine, now)
        engine = current_app.extensions.get("handoff_engine", "")
        return page(
            session, "setup", "setup_health", states=states, past=past, asked=asked, is_bad=is_bad, engine=engine
        )
