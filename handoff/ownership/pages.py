"""The buttons with which a conversation changes hands or is put off, and the small pings of who looks at it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.case_cells import read_day
from handoff.filters import read_folder
from handoff.frame import ID, guard
from handoff.handoffs import Refused, Result
from handoff.inbox import show_page, this_moment
from handoff.login import database, me
from handoff.ownership import passing, presence, snoozing
from handoff.ownership.meanwhile import unless_written
from handoff.ownership.moments import until
from handoff.wording import word

_THREAD = f"/inbox/<{ID}:conversation_id>"
_CONFLICTS = frozenset({"held_by_other", "not_yours", "already_closed", "not_held", "not_closed", "wrote_meanwhile"})

blueprint = Blueprint("ownership", __name__, template_folder="../templates")

guard(blueprint)


@blueprint.post(f"{_THREAD}/transfer")
def transfer(conversation_id: int) -> ResponseReturnValue:
    """Giv til en kollega."""
    to, said = _number("to"), request.form.get("word", "")
    return _do(conversation_id, lambda s: passing.transfer(s, me().acting, conversation_id, to, said, this_moment()))


@blueprint.post(f"{_THREAD}/put-back")
def put_back(conversation_id: int) -> ResponseReturnValue:
    """Læg tilbage i køen."""
    return _do(conversation_id, lambda s: passing.put_back(s, me().acting, conversation_id, this_moment()))


@blueprint.post(f"{_THREAD}/take-over")
def take_over(conversation_id: int) -> ResponseReturnValue:
    """Tag over fra en kollega."""
    left = _number("from")
    return _do(conversation_id, lambda s: passing.take_over(s, me().acting, conversation_id, left, this_moment()))


@blueprint.post(f"{_THREAD}/reopen")
def reopen(conversation_id: int) -> ResponseReturnValue:
    """Åbn igen."""
    return _do(conversation_id, lambda s: passing.reopen(s, me().acting, conversation_id, this_moment()))


@blueprint.post(f"{_THREAD}/snooze")
def snooze(conversation_id: int) -> ResponseReturnValue:
    """Udskyd."""
    now = this_moment()
    then = until(request.form.get("until", ""), read_day(request.form.get("day", "")), now)
    acting, shown = me().acting, request.form.get("read_until")
    return _do(
        conversation_id,
        lambda s: unless_written(
            s, acting, conversation_id, shown, lambda: snoozing.snooze(s, acting, conversation_id, then, now)
        ),
    )


@blueprint.post(f"{_THREAD}/snooze/end")
def end_snooze(conversation_id: int) -> ResponseReturnValue:
    """Tag den frem nu."""
    return _do(conversation_id, lambda s: snoozing.end_snooze(s, me().acting, conversation_id, this_moment()))


@blueprint.post(f"{_THREAD}/presence")
def ping(conversation_id: int) -> ResponseReturnValue:
    """A page is open here: who else is; or it has been left."""
    state = request.form.get("state")
    with database().write() as session:
        if state == "gone":
            there = presence.leave(session, me().acting, conversation_id)
        else:
            writes = state == "writes"
            there = presence.ping(session, me().acting, conversation_id, this_moment(), writes=writes)
    return _others(conversation_id) if there else abort(404)


@blueprint.get(f"{_THREAD}/presence")
def who_is_here(conversation_id: int) -> ResponseReturnValue:
    """Who else looks or writes, as words."""
    return _others(conversation_id)


def _others(conversation_id: int) -> Response:
    with database().read() as session:
        if not presence.may_see(session, me().acting, conversation_id):
            abort(404)
        found = presence.others(session, me().acting, conversation_id, this_moment())
    return make_response(render_template("handoff/presence.html", others=found))


def _number(name: str) -> int:
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _do(conversation_id: int, use_case: Callable[[Session], Result]) -> ResponseReturnValue:
    """Do it and show the conversation again; a refusal keeps what was written and says why."""
    with database().write() as session:
        result = use_case(session)
    if not isinstance(result, Refused):
        folder = read_folder(request.args.get("folder"))
        return redirect(url_for("inbox.conversation_page", conversation_id=conversation_id, folder=folder), 303)
    if result.why == "not_found":
        abort(404)
    problem = word("refused", result.why, holder=result.holder)
    status = 409 if result.why in _CONFLICTS else 422
    return show_page(conversation_id, problem=problem, draft=request.form.get("text", ""), status=status)
