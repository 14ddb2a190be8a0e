"""Links to choose a password by: the page behind one, and "Glemt kodeord?", which answers everybody the same.

Opening a link does nothing: scanners of mail open every link. Choosing the password uses it.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bot.models import Adviser
from handoff.access import invitations, tries
from handoff.access.kept import keep
from handoff.access.letters import send_link
from handoff.access.log_in_page import place, take, too_many
from handoff.inbox import this_moment
from handoff.login import database, enter, ways
from handoff.passwords import LONGEST, fault_of
from handoff.wording import word

blueprint = Blueprint("links", __name__, url_prefix="/login", template_folder="../templates")


@blueprint.after_request
def _keep_to_itself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@blueprint.get("/link/<token>")
def link(token: str) -> ResponseReturnValue:
    """Whom the link is for, and a form."""
    with database().read() as rows:
        return _page(invitations.find(rows, token, ways().clock()), token)


@blueprint.post("/link/<token>")
def chosen(token: str) -> ResponseReturnValue:
    """Gem og log ind."""
    password = request.form.get("password", "")[: LONGEST + 1]
    with database().read() as rows:
        adviser = invitations.find(rows, token, ways().clock())
    if adviser is None:
        return _page(None, token)
    if why := fault_of(password, adviser.email, adviser.name):
        return _page(adviser, token, word("password", why))
    with database().write() as rows:
        adviser = invitations.use(rows, token, password, ways().clock(), ways().hasher)
        if adviser is not None:
            tries.forget(rows, ways().fingerprint("account", adviser.email))
            keep(rows, adviser, "password_chosen", this_moment())
    return enter(adviser, url_for("inbox.queue_page")) if adviser else _page(None, token)


@blueprint.get("/forgotten")
def forgotten() -> ResponseReturnValue:
    """Glemt kodeord?"""
    return _forgotten()


@blueprint.post("/forgotten")
def send() -> ResponseReturnValue:
    """Send mig et link. The answer is the same whether anybody has the address."""
    if not ways().sends_mail:
        return redirect(url_for("links.forgotten"), 303)
    email = request.form.get("email", "").strip().lower()[:200]
    if until := take([place()]):
        return _forgotten(429, problem=too_many(until))
    if take([(ways().fingerprint("mails", email), tries.MAILS)]) is None:  # else it was sent some times by now
        _send_to(email)
    return _forgotten(sent=True)


def _send_to(email: str) -> None:
    with database().write() as rows:
        adviser = rows.scalar(select(Adviser).where(Adviser.email == email, Adviser.is_active.is_(True)))
        if adviser is not None:
            send_link(rows, adviser, None, this_moment(), forgotten=True)
            keep(rows, adviser, "password_forgotten", this_moment())


def _forgotten(status: int = 200, **parts: object) -> ResponseReturnValue:
    known = {"sent": False, "problem": "", "mails": ways().sends_mail} | parts
    return make_response(render_template("handoff/forgotten.html", **known), status)


def _page(adviser: Adviser | None, token: str, problem: str = "") -> ResponseReturnValue:
    status = 404 if adviser is None else 422 if problem else 200
    parts = {"adviser": adviser, "token": token, "problem": problem}
    return make_response(render_template("handoff/link.html", **parts), status)
