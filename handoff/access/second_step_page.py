"""After the password: the code of the phone, or, for an admin who has none yet, setting the codes up.

The secret that is being set up is kept sealed in the browser's cookie until the phone has shown that it has it.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bot.models import Adviser
from handoff.access import two_step
from handoff.access.kept import keep
from handoff.access.log_in_page import too_many
from handoff.inbox import this_moment
from handoff.links import drawn
from handoff.login import database, enter, pending, safe_next, ways

blueprint = Blueprint("second_step", __name__, url_prefix="/login", template_folder="../templates")

_SETUP = "two_step"


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/code")
def code() -> ResponseReturnValue:
    """Ask for a code."""
    return _page("second_step") if pending("code") else _from_the_start()


@blueprint.post("/code")
def check() -> ResponseReturnValue:
    """Log ind, with the code."""
    adviser = pending("code")
    if adviser is None:
        return _from_the_start()
    with database().write() as rows:
        found = two_step.check(rows, ways(), adviser.id, request.form.get("code", "")[:40], ways().clock())
    if found is True:
        return enter(adviser, safe_next(session.get("next")), waits_for="")
    wrong = too_many(found) if found else _("Koden passer ikke. Vent på den næste, og prøv igen.")
    return _page("second_step", 429 if found else 401, wrong=wrong)


@blueprint.get("/two-step")
def setup() -> ResponseReturnValue:
    """Show the code to point the phone at."""
    adviser = pending("setup")
    return show_setup(adviser, url_for("second_step.set_up")) if adviser else _from_the_start()


@blueprint.post("/two-step")
def set_up() -> ResponseReturnValue:
    """Slå til: from now on with codes; the session begins, and the codes for paper are shown once."""
    adviser = pending("setup")
    if adviser is None:
        return _from_the_start()
    codes = turn_on(adviser)
    if codes is None:
        return show_setup(adviser, url_for("second_step.set_up"), wrong=True)
    target = safe_next(session.get("next"))
    enter(adviser, target, waits_for="")
    return show_codes(codes, target)


def turn_on(adviser: Adviser) -> list[str] | None:
    """Turn the codes on with what was typed; None when it is not what the phone should show."""
    secret = _kept_secret(adviser)
    if secret is None:
        return None
    typed, now = request.form.get("code", "")[:20], ways().clock()
    with database().write() as rows:
        codes = two_step.turn_on(rows, ways(), row := rows.get_one(Adviser, adviser.id), secret, typed, now)
        if codes is not None:
            keep(rows, row, "two_step_on", this_moment())
    if codes is not None:
        session.pop(_SETUP, None)
    return codes


def show_setup(adviser: Adviser, action: str, *, wrong: bool = False, back: str = "") -> ResponseReturnValue:
    """The page to set the codes up on. Only who has just given the password is shown it, so that only they can go on;
    the secret stays the same until it is used.
    """
    secret = _kept_secret(adviser) or two_step.new_secret()
    session[_SETUP] = ways().seal(f"{adviser.id} {secret}")
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    picture = drawn(two_step.address(secret, adviser.email))
    parts = {"picture": picture, "secret": grouped, "action": action, "back": back, "is_admin": adviser.role == "admin"}
    problem = _("Koden passer ikke. Prøv med den, telefonen viser nu.") if wrong else ""
    return _page("two_step_setup", 422 if wrong else 200, wrong=problem, **parts)


def is_setting_up(adviser: Adviser) -> bool:
    """True when this browser has been shown a secret for this adviser."""
    return _kept_secret(adviser) is not None


def show_codes(codes: list[str], target: str) -> ResponseReturnValue:
    """The ten codes for paper, this once."""
    return _page("recovery_codes", codes=codes, target=target)


def _kept_secret(adviser: Adviser) -> str | None:
    owner, _blank, secret = (ways().unseal(str(session.get(_SETUP, ""))) or "").partition(" ")
    return secret if secret and owner == str(adviser.id) else None


def _from_the_start() -> ResponseReturnValue:
    return redirect(url_for("login.form"), 303)


def _page(template: str, status: int = 200, **parts: object) -> ResponseReturnValue:
    known = {"wrong": ""} | parts
    return make_response(render_template(f"handoff/{template}.html", **known), status)
