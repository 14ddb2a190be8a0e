"""/door/<token>: a caretaker's page for one knock, without log-in, script or cookie. It tells nothing of a case.

The token is the proof, so no form token is needed; a wrong one, an old one and a void one get the same answer.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from handoff.doors import LONGEST_NOTE, RESULTS, Door, answer, read_door
from handoff.inbox import this_moment
from handoff.login import database, limiter

blueprint = Blueprint("door", __name__, url_prefix="/door", template_folder="templates")


@blueprint.after_request
def _keep_to_itself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _missed(response: Response) -> bool:
    return response.status_code == 404


def _caller() -> str:
    return f"door:{get_remote_address()}"


def _is_good() -> bool:
    """Whoever guesses may share an address, a proxy's or a phone network's, with a caretaker: a good link opens."""
    with database().read() as session:
        return read_door(session, str((request.view_args or {}).get("token")), this_moment()) is not None


_few_misses = limiter.limit("60 per 5 minutes", key_func=_caller, deduct_when=_missed, exempt_when=_is_good)


@blueprint.get("/<token>")
@_few_misses
def door(token: str) -> ResponseReturnValue:
    """Whom to greet, from whom, and what came of it."""
    with database().read() as session:
        found = read_door(session, token, this_moment())
    return _page(found, token)


@blueprint.post("/<token>")
@_few_misses
def answered(token: str) -> ResponseReturnValue:
    """One of the four."""
    result, note = request.form.get("result", ""), request.form.get("note", "")[:2000]
    if result not in RESULTS:
        return door(token)
    with database().write() as session:
        found = answer(session, token, result, note, this_moment())
    return redirect(url_for("door.door", token=token), 303) if found else _page(None, token)


def _page(found: Door | None, token: str) -> ResponseReturnValue:
    status = 200 if found else 404
    return make_response(render_template("handoff/door.html", door=found, token=token, longest=LONGEST_NOTE), status)
