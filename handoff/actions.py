"""The inbox's buttons: each posts a plain form, does one use case and shows the conversation again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from bot.case_cells import read_day
from bot.models import Plan, Task
from handoff import alarms, closing, corrections, incidents, plans, sending, tasks
from handoff.corrections import CorrectionRefused
from handoff.desk import find_conversation
from handoff.filters import read_folder
from handoff.handoffs import Refused, Result
from handoff.heard import read_editor
from handoff.inbox import show_page, this_moment
from handoff.login import database, login_manager, me, safe_next
from handoff.ownership.giving_back import give_back
from handoff.ownership.meanwhile import unless_written
from handoff.plans import PlanRefused
from handoff.tasks import TaskRefused
from handoff.wording import word

blueprint = Blueprint("actions", __name__, template_folder="templates")

_CONFLICTS = frozenset(
    {"held_by_other", "not_yours", "already_closed", "not_proposed", "not_approved", "dropped", "wrote_meanwhile"}
)
_ID = "int(max=9223372036854775807)"  #: what a database can hold
_THREAD = f"/inbox/<{_ID}:conversation_id>"
_Done = TypeVar("_Done")


@blueprint.before_request
def _behind_the_login() -> ResponseReturnValue | None:
    return None if me().is_authenticated else login_manager.unauthorized()


@blueprint.post(f"{_THREAD}/claim")
def claim(conversation_id: int) -> ResponseReturnValue:
    """Tag samtalen."""
    text, now = request.form.get("text", ""), this_moment()
    result = _do(lambda session: sending.claim_and_keep(session, me().acting, conversation_id, text, now))
    return _answer(conversation_id, result)


@blueprint.post(f"{_THREAD}/seen")
def acknowledge(conversation_id: int) -> ResponseReturnValue:
    """Jeg har set det."""
    result = _do(lambda session: alarms.acknowledge(session, me().acting, conversation_id, this_moment()))
    return _answer(conversation_id, result)


@blueprint.post(f"{_THREAD}/release")
def release(conversation_id: int) -> ResponseReturnValue:
    """Giv til botten, perhaps with a word where to go on."""
    topic, at_once, now = request.form.get("topic", ""), request.form.get("begins") != "resident", this_moment()
    result = _do_read(
        conversation_id, lambda s: give_back(s, me().acting, conversation_id, topic, now, at_once=at_once)
    )
    if not isinstance(result, Refused) and result.message_id:
        current_app.extensions["handoff_wake"]()
    return _answer(conversation_id, result)


@blueprint.post(f"{_THREAD}/close")
def close(conversation_id: int) -> ResponseReturnValue:
    """Afslut."""
    form, acting, now = request.form, me().acting, this_moment()
    outcome, note, follow_up = form.get("outcome", ""), form.get("reason", ""), read_day(form.get("follow_up", ""))
    more: closing.More = {"note": note, "follow_up": follow_up, "keep_in_touch": "keep_in_touch" in form}
    result = _do_read(conversation_id, lambda s: closing.close(s, acting, conversation_id, outcome, now, **more))
    return _answer(conversation_id, result)


@blueprint.post(f"{_THREAD}/plans/<{_ID}:plan_id>/approve")
def approve_plan(conversation_id: int, plan_id: int) -> ResponseReturnValue:
    """Godkend."""
    own_word = request.form.get("word", "")
    return _decide(
        conversation_id, plan_id, lambda session: plans.approve(session, me().acting, plan_id, this_moment(), own_word)
    )


@blueprint.post(f"{_THREAD}/plans/<{_ID}:plan_id>/decline")
def decline_plan(conversation_id: int, plan_id: int) -> ResponseReturnValue:
    """Afvis."""
    own_word = request.form.get("word", "")
    return _decide(
        conversation_id, plan_id, lambda session: plans.decline(session, me().acting, plan_id, this_moment(), own_word)
    )


@blueprint.post(f"{_THREAD}/plans/<{_ID}:plan_id>/break")
def break_plan(conversation_id: int, plan_id: int) -> ResponseReturnValue:
    """Aftalen holder ikke."""
    return _decide(
        conversation_id, plan_id, lambda session: plans.break_off(session, me().acting, plan_id, this_moment())
    )


@blueprint.post(f"{_THREAD}/tasks/<{_ID}:task_id>/done")
def finish_task(conversation_id: int, task_id: int) -> ResponseReturnValue:
    """Gjort."""
    return _answer(conversation_id, _do(lambda session: tasks.done(session, me().acting, task_id, this_moment())))


@blueprint.post(f"{_THREAD}/messages/<{_ID}:message_id>/heard")
def correct_heard(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Gem rettelsen."""
    ticked, now = request.form.getlist("intent"), this_moment()
    result = _do(lambda session: corrections.correct(session, me().acting, conversation_id, message_id, ticked, now))
    if not isinstance(result, CorrectionRefused):
        return redirect(_page_of(conversation_id, all=request.args.get("all"), _anchor=f"m-{message_id}"), 303)
    if result.why == "not_found":
        abort(404)
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        editor = read_editor(session, conversation, message_id, now, ticked, word("refused", result.why))
    return show_page(conversation_id, editor=editor, status=422)


@blueprint.post("/incidents/seen")
def see_notices() -> ResponseReturnValue:
    """Jeg har set det: what is wrong with the service folds; the page stays where it is."""
    keys = request.form.getlist("notice")
    _do(lambda session: incidents.see(session, me().acting, keys, this_moment()))
    came_from = urlsplit(request.referrer or "")
    path = came_from.path if _can_be_opened(came_from.path) else ""
    return redirect(safe_next(path + (f"?{came_from.query}" if path and came_from.query else "")), 303)


def _can_be_opened(path: str) -> bool:
    """False for the address of a page that answered a form."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


@blueprint.post("/appearance")
def appearance() -> ResponseReturnValue:
    """Light, dark, or as the system is."""
    theme = request.form.get("theme")
    response = make_response(redirect(safe_next(request.form.get("back")), 303))
    if theme in {"light", "dark"}:
        response.set_cookie("theme", theme, max_age=31_536_000, httponly=True, samesite="Lax", secure=request.is_secure)
    else:
        response.delete_cookie("theme")
    return response


def _decide(
    conversation_id: int, plan_id: int, use_case: Callable[[Session], Plan | PlanRefused]
) -> ResponseReturnValue:
    def decide(session: Session) -> Plan | PlanRefused:
        is_here = plans.is_of_thread(session, plan_id, conversation_id)
        return use_case(session) if is_here else PlanRefused("not_found")

    result = _do(decide)
    if isinstance(result, Plan):
        current_app.extensions["handoff_wake"]()
    return _answer(conversation_id, result)


def _do(use_case: Callable[[Session], _Done]) -> _Done:
    with database().write() as session:
        return use_case(session)


def _do_read(conversation_id: int, use_case: Callable[[Session], Result]) -> Result:
    """The same, unless the resident has written what the page had not shown."""
    acting, shown = me().acting, request.form.get("read_until")
    return _do(lambda s: unless_written(s, acting, conversation_id, shown, lambda: use_case(s)))


def _page_of(conversation_id: int, **more: Any) -> str:
    folder = read_folder(request.args.get("folder"))
    return url_for("inbox.conversation_page", conversation_id=conversation_id, folder=folder, **more)


def _answer(conversation_id: int, result: Result | Plan | PlanRefused | Task | TaskRefused) -> ResponseReturnValue:
    """Show the conversation again; a refusal keeps what was written and says why."""
    if not isinstance(result, Refused | PlanRefused | TaskRefused):
        return redirect(_page_of(conversation_id), 303)
    if result.why == "not_found":
        abort(404)
    return show_page(
        conversation_id,
        problem=word("refused", result.why, holder=result.holder if isinstance(result, Refused) else ""),
        draft=request.form.get("text", ""),
        note=request.form.get("note", ""),
        status=409 if result.why in _CONFLICTS else 422,
    )
