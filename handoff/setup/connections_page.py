"""/admin/…/connections: the tokens of the JSON API and the addresses that are told what happens. For admins."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.hooks.addresses import HookError, add_webhook, find_webhook, remove_webhook, try_webhook
from bot.hooks.caller import AddressError, checked_url
from bot.hooks.events import EVENTS
from bot.hooks.sealed import Vault
from bot.hooks.signature import as_secret
from bot.models import AuditEvent, Organisation
from handoff import tokens
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me, ways
from handoff.setup.connections import read_hooks, read_tokens, revoke
from handoff.wording import catalogue, word

blueprint = Blueprint("setup_connections", __name__, url_prefix="/admin", template_folder="../templates")

guard(blueprint)
_PATH = f"/<{ID}:organisation_id>/connections"


@blueprint.before_request
def _for_admins() -> None:
    if not me().is_admin:
        abort(403)


@blueprint.get(_PATH)
def show(organisation_id: int) -> ResponseReturnValue:
    """What other systems may do, and what they are told."""
    with database().read() as session:
        return _show(session, my_organisation(session, organisation_id))


@blueprint.post(f"{_PATH}/tokens")
def add_token(organisation_id: int) -> ResponseReturnValue:
    """Lav en adgangsnøgle: it is shown in the answer, and never again."""
    scope = request.form.get("scope", "")
    with database().write() as session:
        organisation = my_organisation(session, organisation_id)
        if scope not in ("read", "write"):
            return _show(session, organisation, problem=word("connections_wrong", "scope"), status=422)
        token = tokens.issue(session, organisation, "write" if scope == "write" else "read", this_moment())
        _keep(session, organisation_id, f"token_added_{scope}", "", this_moment())
    return _again(organisation_id, token, hook=False)


@blueprint.post(f"{_PATH}/tokens/<{ID}:token_id>/revoke")
def revoke_token(organisation_id: int, token_id: int) -> ResponseReturnValue:
    """Luk adgangsnøglen: who uses it is refused from now on."""
    with database().write() as session:
        my_organisation(session, organisation_id)
        if not revoke(session, organisation_id, token_id, this_moment()):
            abort(404)
        _keep(session, organisation_id, "token_revoked", f"token:{token_id}", this_moment())
    return redirect(url_for("setup_connections.show", organisation_id=organisation_id), 303)


@blueprint.post(f"{_PATH}/webhooks")
def add_hook(organisation_id: int) -> ResponseReturnValue:
    """Tilføj en adresse: its secret is shown in the answer, and never again."""
    url, events = request.form.get("url", "")[:600], request.form.getlist("event")
    secret, now = as_secret(secrets.token_bytes(32)), this_moment()
    kept = Vault(ways().data_key).seal(secret)
    problem = "" if events else word("connections_wrong", "events")
    with database().write() as session:
        organisation = my_organisation(session, organisation_id)
        try:
            good = checked_url(url, is_demo=bool(current_app.extensions.get("handoff_is_demo")))
            hook = None if problem else add_webhook(session, organisation_id, good, events, kept, now)
        except AddressError:
            problem = word("connections_wrong", "url")
        except HookError:
            problem = word("connections_wrong", "many")
        if problem:
            return _show(session, organisation, problem=problem, url=url, events=events, status=422)
        _keep(session, organisation_id, "webhook_added", f"webhook:{hook.id if hook else ''}", now)
    return _again(organisation_id, secret, hook=True)


@blueprint.post(f"{_PATH}/webhooks/<{ID}:webhook_id>/try")
def try_hook(organisation_id: int, webhook_id: int) -> ResponseReturnValue:
    """Prøv den."""
    with database().write() as session:
        my_organisation(session, organisation_id)
        hook = find_webhook(session, [organisation_id], webhook_id) or abort(404)
        try_webhook(session, hook, this_moment())
    return redirect(url_for("setup_connections.show", organisation_id=organisation_id), 303)


@blueprint.post(f"{_PATH}/webhooks/<{ID}:webhook_id>/remove")
def remove_hook(organisation_id: int, webhook_id: int) -> ResponseReturnValue:
    """Fjern den."""
    with database().write() as session:
        my_organisation(session, organisation_id)
        hook = find_webhook(session, [organisation_id], webhook_id) or abort(404)
        remove_webhook(session, hook, this_moment())
        _keep(session, organisation_id, "webhook_removed", f"webhook:{webhook_id}", this_moment())
    return redirect(url_for("setup_connections.show", organisation_id=organisation_id), 303)


def _again(organisation_id: int, secret: str, *, hook: bool) -> ResponseReturnValue:
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        return _show(session, organisation, secret=secret, secret_of="webhook" if hook else "token")


def _keep(session: Session, organisation_id: int, action: str, subject: str, now: datetime) -> None:
    who = me().adviser_id
    event = AuditEvent(at=now, adviser_id=who, organisation_id=organisation_id, action=action, subject=subject)
    session.add(event)


def _show(
    session: Session,
    organisation: Organisation,
    *,
    secret: str = "",
    secret_of: str = "",
    problem: str = "",
    url: str = "",
    events: list[str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now = this_moment()
    return page(
        session,
        "setup",
        "setup_connections",
        status=status,
        organisation=organisation,
        tokens=read_tokens(session, organisation.id, now),
        hooks=read_hooks(session, organisation.id, now),
        event_words=catalogue()["webhook_events"],
        events=list(EVENTS) if events is None else events,
        secret=secret,
        secret_of=secret_of,
        problem=problem,
        url=url,
    )
