"""/login/oidc: log in by the organisation's own accounts. When the provider is down, the password's way stays open.

To the provider one goes by links: the content policy lets no form lead out of here, not even by a redirect.
"""

from __future__ import annotations

import hmac
from dataclasses import asdict
from typing import Any, cast

import structlog
from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bot.logs import about
from bot.models import Adviser
from handoff.access import linking
from handoff.access.kept import keep
from handoff.access.log_in_page import show
from handoff.access.oidc import Client, ProviderDownError, ProviderError, Question
from handoff.inbox import this_moment
from handoff.login import database, enter, login_manager, me, safe_next, ways

log = structlog.get_logger()

blueprint = Blueprint("oidc", __name__, url_prefix="/login/oidc", template_folder="../templates")

_ASKED = "oidc"
#: That the password was given once more, and an account may be linked.
MAY_LINK = "may_link"


@blueprint.before_request
def _only_where_there_is_one() -> None:
    if ways().provider is None:
        abort(404)


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
def go() -> ResponseReturnValue:
    """Log ind med jeres arbejdskonto."""
    return _ask(next=safe_next(request.args.get("next")))


@blueprint.get("/link")
def link() -> ResponseReturnValue:
    """Forbind: the adviser who is logged in, and has just given the password, shows which account is theirs."""
    if not me().is_authenticated:
        return cast(ResponseReturnValue, login_manager.unauthorized())
    if session.pop(MAY_LINK, None) != me().adviser_id:
        return redirect(url_for("me.home"), 303)
    return _ask(link=me().adviser_id)


@blueprint.get("/back")
def back() -> ResponseReturnValue:
    """The provider's answer."""
    asked: dict[str, Any] = session.pop(_ASKED, {})
    if not asked or not hmac.compare_digest(str(asked["state"]).encode(), request.args.get("state", "").encode()):
        return show(wrong=_("Det tog for lang tid, eller du kom et andet sted fra. Prøv igen."), status=400)
    if "code" not in request.args:
        return show(wrong=_("Du blev ikke logget ind der. Prøv igen, eller brug dit kodeord."), status=401)
    question = Question(asked["state"], asked["nonce"], asked["verifier"])
    try:
        now = int(ways().clock().timestamp())
        claims = _client().claims(request.args["code"], question, _back(), now)
    except ProviderError as error:
        return _told(error)
    return _linked(claims, asked["link"]) if "link" in asked else _logged_in(claims, asked.get("next"))


@blueprint.get("/out")
def out() -> ResponseReturnValue:
    """Log ud dér også."""
    try:
        place = _client().leaving(_public(url_for("login.form")))
    except ProviderError as error:
        return _told(error)
    return redirect(place or url_for("login.form"))


def _ask(**kept: object) -> ResponseReturnValue:
    question = Question.new()
    try:
        address = _client().address(question, _back())
    except ProviderError as error:
        return _told(error)
    session[_ASKED] = asdict(question) | kept
    return redirect(address)


def _logged_in(claims: dict[str, Any], target: str | None) -> ResponseReturnValue:
    with database().write() as rows:
        adviser = linking.known(rows, claims, lambda linked: keep(rows, linked, "account_linked", this_moment()))
    if adviser is None:
        return show(wrong=_(
            "Kontoen er ikke forbundet med nogen adgang her. Har du en, så log ind med kodeord, og forbind den under "
            "Mine indstillinger. Ellers spørg den, der styrer jeres brugere."
        ), status=403)  # fmt: skip
    answer = enter(adviser, safe_next(target), waits_for="")  # the provider's second step is the provider's
    session["by_provider"] = True
    return answer


def _linked(claims: dict[str, Any], adviser_id: int) -> ResponseReturnValue:
    if not me().is_authenticated or me().adviser_id != adviser_id:
        return cast(ResponseReturnValue, login_manager.unauthorized())
    with database().write() as rows:
        adviser = rows.get_one(Adviser, adviser_id)
        is_linked = linking.link(rows, adviser, claims)
        if is_linked:
            keep(rows, adviser, "account_linked", this_moment())
    return redirect(url_for("me.home", done="provider" if is_linked else "provider_taken"), 303)


def _told(error: ProviderError) -> ResponseReturnValue:
    """What went wrong, to whoever wanted in; which, to the log. Never a word of what the provider said of a person."""
    log.warning("The provider's log-in failed", action="oidc_failed", why=str(error)[:80], **about(error))
    if isinstance(error, ProviderDownError):
        return show(
            wrong=_("Den anden log ind svarer ikke lige nu. Prøv igen om lidt, eller brug dit kodeord."), status=503
        )
    return show(
        wrong=_("Svaret fra den anden log ind kunne vi ikke stole på. Prøv igen, eller brug dit kodeord."), status=401
    )


def _client() -> Client:
    """One a process: what it has fetched is kept."""
    known = current_app.extensions.get("handoff_oidc")
    provider = ways().provider
    if known is None and provider is not None:
        known = current_app.extensions.setdefault("handoff_oidc", Client(provider))
    if not isinstance(known, Client):
        abort(404)
    return known


def _back() -> str:
    return _public(url_for("oidc.back"))


def _public(path: str) -> str:
    return (ways().public_url or request.url_root).rstrip("/") + path
