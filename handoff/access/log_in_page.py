"""/login: e-mail and password. What is wrong is never told, nor how long it took; wrong attempts have to wait."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.meters import LOGINS_REFUSED
from bot.models import Adviser
from handoff.access import first_run, known_browsers, tries
from handoff.login import database, enter, leave, safe_next, ways
from handoff.passwords import LONGEST, hash_password, is_outdated, is_password

blueprint = Blueprint("login", __name__, template_folder="../templates")

Counted = list[tuple[str, tries.Limit]]


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.get("/login")
def form() -> ResponseReturnValue:
    """The page to log in on; somebody who is in goes on, and on the first day there is nobody who could."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")))
    with database().read() as rows:
        if first_run.is_first(rows):
            return redirect(url_for("first_run.form"), 303)
    return show()


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Begin a session, or go on to the second step."""
    email = request.form.get("email", "").strip().lower()[:200]
    password = request.form.get("password", "")[: LONGEST + 1]
    counted = _counted(email)
    if until := take(counted):
        LOGINS_REFUSED.labels("too_many").inc()
        return show(email, too_many(until), 429)
    adviser = _adviser_with(email)
    known_hash = adviser.password_hash if adviser and adviser.is_active else None
    if not is_password(known_hash, password) or adviser is None:
        LOGINS_REFUSED.labels("wrong").inc()
        return show(email, _("E-mail eller kodeord passer ikke"), 401)
    _settle(adviser, password, counted)
    answer = make_response(enter(adviser, safe_next(request.args.get("next"))))
    return known_browsers.remember(answer, email, secure=current_app.config["SESSION_COOKIE_SECURE"])


@blueprint.post("/logout")
@login_required  # type: ignore[untyped-decorator]
def log_out() -> ResponseReturnValue:
    """End this session; who came by the provider is told how to leave there too."""
    came_by_provider = bool(session.get("by_provider"))
    leave()
    return redirect(url_for("login.form", out="1" if came_by_provider else None), 303)


def show(email: str = "", wrong: str = "", status: int = 200) -> ResponseReturnValue:
    """The page; after a wrong attempt with the address that was typed."""
    parts = {"provider": ways().provider, "left": request.args.get("out") == "1", "mails": ways().sends_mail}
    return make_response(render_template("handoff/login.html", email=email, wrong=wrong, **parts), status)


def too_many(until: datetime) -> str:
    """How long to wait, in whole minutes."""
    minutes = max(1, ceil((until - ways().clock()).total_seconds() / 60))
    if minutes == 1:
        return str(_("For mange forsøg. Prøv igen om et minut."))
    return str(_("For mange forsøg. Prøv igen om %(n)s minutter.", n=minutes))


def take(counted: Counted) -> datetime | None:
    """Count one try under each; None when it may be made, else until when not."""
    now = ways().clock()
    with database().write() as rows:
        waits = [tries.take(rows, key, limit, now) for key, limit in counted]
    return max((until for until in waits if until), default=None)


def place() -> tuple[str, tries.Limit]:
    """Where the request comes from."""
    return ways().fingerprint("place", get_remote_address()), tries.PLACE


def _counted(email: str) -> Counted:
    """What a try counts under: the browser, where this adviser has been logged in before, else the account."""
    browser = known_browsers.recognised(email)
    account = ways().fingerprint("browser", browser) if browser else ways().fingerprint("account", email)
    return [(account, tries.ACCOUNT), place()]


def _settle(adviser: Adviser, password: str, counted: Counted) -> None:
    """The password was right: nothing counts, and it is kept as passwords are kept today."""
    outdated = is_outdated(adviser.password_hash, ways().hasher)
    renewed = hash_password(password, ways().hasher) if outdated else ""
    with database().write() as rows:
        tries.sweep(rows, ways().clock())
        tries.forget(rows, counted[0][0])
        tries.give_back(rows, counted[1][0], ways().clock())
        row = rows.get_one(Adviser, adviser.id)
        if renewed and row.password_hash == adviser.password_hash:
            row.password_hash = renewed


def _adviser_with(email: str) -> Adviser | None:
    with database().read() as rows:
        return rows.scalar(select(Adviser).where(Adviser.email == email).options(selectinload(Adviser.organisations)))
