"""/setup, on the first day only: who has the code that the service printed makes the first organisation and admin."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bot.dialogs import texts
from handoff.access import first_run
from handoff.access.first_run import First, NotMade
from handoff.access.log_in_page import place, take, too_many
from handoff.inbox import this_moment
from handoff.login import database, enter, ways
from handoff.wording import word

blueprint = Blueprint("first_run", __name__, url_prefix="/setup", template_folder="../templates")


@blueprint.before_request
def _only_once() -> None:
    with database().read() as rows:
        if not first_run.is_first(rows):
            abort(404)


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
def form() -> ResponseReturnValue:
    """The page of the first day."""
    return _page(First("", "", "", "", ""))


@blueprint.post("")
def make() -> ResponseReturnValue:
    """Kom i gang."""
    first = First.read(request.form)
    if until := take([place()]):
        return _page(first, "code", too_many(until), 429)
    if not _is_code(request.form.get("code", "")):
        return _page(
            first, "code", _("Koden passer ikke. Den står i det vindue eller den log, hvor tjenesten startede."), 422
        )
    with database().write() as rows:
        made = first_run.make(rows, first, this_moment(), ways().hasher)
    if not isinstance(made, NotMade):
        return enter(made, url_for("inbox.queue_page"))
    if made.why == "taken":
        return redirect(url_for("login.form"), 303)
    section = "password" if made.why in ("short", "long", "common", "own") else "first_run"
    field = "password" if section == "password" else made.why
    return _page(first, field, word(section, made.why), 422)


def _is_code(typed: str) -> bool:
    plain = "".join(c for c in typed.lower() if c.isalnum())
    return hmac.compare_digest(plain.encode(), ways().first_run_code().replace("-", "").encode())


def _page(first: First, field: str = "", problem: str = "", status: int = 200) -> ResponseReturnValue:
    who = first.name.split(" ")[0] or "Mette"
    organisation = first.organisation or "Havneparken"
    words = texts.catalogue("da")["first_contact.first"].format(name="", adviser=who, organisation=organisation)
    parts = {"first": first, "at": field, "problem": problem, "code": request.form.get("code", ""), "first_sms": words}
    return make_response(render_template("handoff/first_run.html", **parts), status)
