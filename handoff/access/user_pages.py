"""/admin/users, "Brugere": who has access, for admins and within their own organisations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import Adviser
from handoff.access import tries, users
from handoff.access.letters import send_link
from handoff.access.users import Moment, UserRefused
from handoff.advisers import Role
from handoff.formats import moment
from handoff.frame import ID, guard, page
from handoff.inbox import this_moment
from handoff.login import database, me, ways
from handoff.wording import word

blueprint = Blueprint("users", __name__, url_prefix="/admin/users", template_folder="../templates")

guard(blueprint)

_ONE = f"/<{ID}:user_id>"
_CONFLICTS = frozenset({"last_admin", "taken", "yourself", "inactive"})
_UseCase = Callable[[Session, Moment], Adviser | UserRefused]


@blueprint.before_request
def _for_admins() -> None:
    if me().is_authenticated and not me().is_admin:
        abort(403)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Everybody, and a form to invite one more."""
    return _list()


@blueprint.post("")
def invite() -> ResponseReturnValue:
    """Giv adgang: a link on its way by mail, or to be handed over."""
    email, name = request.form.get("email", "")[:300], request.form.get("name", "")[:300]
    with database().write() as session:
        made = users.invite(session, me().acting, email, name, _role(), _wanted(), _now())
        address = "" if isinstance(made, UserRefused) else _send(session, made)
    if isinstance(made, UserRefused):
        typed = {"email": email, "name": name, "role": _role(), "organisations": _wanted()}
        return _list(_status(made), problem=word("users", made.why), typed=typed)
    return _list(invited=made, address=address)


@blueprint.get(_ONE)
def one(user_id: int) -> ResponseReturnValue:
    """One colleague, and what may be changed."""
    return _one(user_id)


@blueprint.post(f"{_ONE}/role")
def role(user_id: int) -> ResponseReturnValue:
    """Gem rollen."""
    return _do(user_id, lambda session, now: users.change_role(session, me().acting, user_id, _role(), now))


@blueprint.post(f"{_ONE}/organisations")
def organisations(user_id: int) -> ResponseReturnValue:
    """Gem boligorganisationerne."""
    return _do(user_id, lambda session, now: users.change_organisations(session, me().acting, user_id, _wanted(), now))


@blueprint.post(f"{_ONE}/close")
def close(user_id: int) -> ResponseReturnValue:
    """Luk adgangen."""
    return _do(user_id, lambda session, now: users.deactivate(session, me().acting, user_id, now))


@blueprint.post(f"{_ONE}/open")
def reopen(user_id: int) -> ResponseReturnValue:
    """Åbn adgangen."""
    return _do(user_id, lambda session, now: users.reactivate(session, me().acting, user_id, now))


@blueprint.post(f"{_ONE}/two-step")
def reset_two_step(user_id: int) -> ResponseReturnValue:
    """Nulstil koden fra telefonen."""
    return _do(user_id, lambda session, now: users.reset_two_step(session, me().acting, user_id, now))


@blueprint.post(f"{_ONE}/link")
def new_link(user_id: int) -> ResponseReturnValue:
    """Nyt link: to choose a password by; the older ones are void."""
    with database().write() as session:
        found = users.may_have_link(session, me().acting, user_id, _now())
        address = "" if isinstance(found, UserRefused) else _send(session, found)
    if isinstance(found, UserRefused):
        return _refused(user_id, found)
    return _one(user_id, link_made=True, address=address)


def _do(user_id: int, use_case: _UseCase) -> ResponseReturnValue:
    with database().write() as session:
        result = use_case(session, _now())
    if isinstance(result, UserRefused):
        return _refused(user_id, result)
    if result.id == me().adviser_id:  # whose own sessions have ended with it
        return redirect(url_for("login.form"), 303)
    return redirect(url_for("users.one", user_id=user_id, done=1), 303)


def _refused(user_id: int, refused: UserRefused) -> ResponseReturnValue:
    if refused.why == "not_found":
        abort(404)
    return _one(user_id, _status(refused), problem=word("users", refused.why))


def _status(refused: UserRefused) -> int:
    return 409 if refused.why in _CONFLICTS else 422


def _send(session: Session, adviser: Adviser) -> str:
    """A new link; shown only where no mail takes it to its reader."""
    tries.forget(session, ways().fingerprint("account", adviser.email))
    address = send_link(session, adviser, me().adviser_id, this_moment(), forgotten=False)
    return "" if ways().sends_mail else address


def _list(status: int = 200, **parts: object) -> ResponseReturnValue:
    typed = {"email": "", "name": "", "role": "adviser", "organisations": set(me().organisations)}
    known: dict[str, object] = {"problem": "", "typed": typed, "invited": None, "address": "", "moments": _moments}
    with database().read() as session:
        found = users.colleagues(session, me().acting)
        return page(session, "setup", "users", status=status, users=found, **(known | parts))


def _one(user_id: int, status: int = 200, **parts: object) -> ResponseReturnValue:
    known: dict[str, object] = {"problem": "", "link_made": False, "address": "", "moments": _moments}
    with database().read() as session:
        user = users.find(session, me().acting, user_id) or abort(404)
        known |= {"may_all": users.has_all_of(me().acting, user), "done": "done" in request.args}
        return page(session, "setup", "user", status=status, user=user, **(known | parts))


def _moments(at: datetime | None) -> str:
    return moment(at, ways().clock()) if at else ""


def _role() -> Role:
    return "admin" if request.form.get("role") == "admin" else "adviser"


def _wanted() -> set[int]:
    return {int(it) for it in request.form.getlist("organisation") if it.isascii() and it.isdecimal() and len(it) < 19}


def _now() -> Moment:
    return Moment(this_moment(), ways().clock())
