"""/tasks: what is to be done outside SMS, and the buttons that belong to each kind. Own organisations only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import Task
from handoff import numbers, task_work, tasks
from handoff.case_work.edits import answer_promise, edit_task, read_task_editing
from handoff.case_work.forms import Editing, EditRefused
from handoff.doors import DoorRefused, make_link, withdraw_link
from handoff.frame import ID, guard, page
from handoff.inbox import this_moment
from handoff.links import Link, link_of
from handoff.login import database, me, safe_next
from handoff.numbers import NumberRefused
from handoff.task_list import KINDS, VIEWS, Wanted, read_task, read_tasks, view_counts
from handoff.task_work import WorkRefused
from handoff.tasks import TaskRefused
from handoff.wording import word

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks", template_folder="templates")

guard(blueprint)

_TASK = f"/<{ID}:task_id>"
_CONFLICTS = frozenset({"dropped", "done", "meanwhile"})
_Refusal = TaskRefused | WorkRefused | NumberRefused | DoorRefused
_Done = TypeVar("_Done")


@blueprint.get("")
def home() -> ResponseReturnValue:
    """The open tasks."""
    wanted, acting, now = _wanted(), me().acting, this_moment()
    with database().read() as session:
        found = read_tasks(session, acting, wanted, now)
        counted = view_counts(session, acting, wanted, now.date())
        views = [(view, word("task_views", view), counted[view]) for view in VIEWS]
        kinds = [(kind, word("task_kinds", kind)) for kind in KINDS]
        return page(
            session, "tasks", "tasks", found=found, wanted=wanted, views=views, kinds=kinds, back=_here(), now=now
        )


@blueprint.get(_TASK)
def task_page(task_id: int) -> ResponseReturnValue:
    """One task."""
    return show_task(task_id)


@blueprint.post(f"{_TASK}/done")
def done(task_id: int) -> ResponseReturnValue:
    """Gjort."""
    return _answer(task_id, _do(lambda session: tasks.done(session, me().acting, task_id, this_moment())))


@blueprint.post(f"{_TASK}/called")
def called(task_id: int) -> ResponseReturnValue:
    """Talte med beboeren, or Ingen svar."""
    note, now, acting = request.form.get("note", "").replace("\r\n", "\n"), this_moment(), me().acting
    if request.form.get("outcome") == "talked":
        return _answer(task_id, _do(lambda session: task_work.talked(session, acting, task_id, note, now)))
    tries = _tries()
    result = _do(lambda session: task_work.nobody_answered(session, acting, task_id, note, tries, now))
    return _answer(task_id, result)


@blueprint.post(f"{_TASK}/payment")
def payment(task_id: int) -> ResponseReturnValue:
    """Er betalt, or Er ikke betalt."""
    now, acting, tries = this_moment(), me().acting, _tries()
    if request.form.get("outcome") == "paid":
        return _answer(task_id, _do(lambda session: task_work.paid(session, acting, task_id, tries, now)))
    return _answer(task_id, _do(lambda session: task_work.not_paid(session, acting, task_id, now)))


@blueprint.post(f"{_TASK}/promise")
def promise(task_id: int) -> ResponseReturnValue:
    """Er betalt, Er ikke betalt, or Ny dag."""
    outcome, day, now = request.form.get("outcome", ""), request.form.get("day", ""), this_moment()
    refused = _do(lambda session: answer_promise(session, me().acting, task_id, outcome, day, now))
    return _after_edit(task_id, refused)


@blueprint.post(f"{_TASK}/edit")
def edit(task_id: int) -> ResponseReturnValue:
    """Gem, Jeg tager den, Læg væk."""
    do, form, now = request.form.get("do", ""), request.form, this_moment()
    return _after_edit(task_id, _do(lambda session: edit_task(session, me().acting, task_id, do, form, now)))


@blueprint.post(f"{_TASK}/door/withdraw")
def withdraw_door(task_id: int) -> ResponseReturnValue:
    """Træk linket tilbage."""
    return _answer(task_id, _do(lambda session: withdraw_link(session, me().acting, task_id, this_moment())))


@blueprint.post(f"{_TASK}/number")
def number(task_id: int) -> ResponseReturnValue:
    """Gem nummeret."""
    written, now = request.form.get("number", ""), this_moment()
    return _answer(task_id, _do(lambda session: numbers.write_number(session, me().acting, task_id, written, now)))


@blueprint.post(f"{_TASK}/sent")
def sent(task_id: int) -> ResponseReturnValue:
    """Udskrevet, markér som sendt."""
    return _answer(task_id, _do(lambda session: task_work.sent(session, me().acting, task_id, this_moment())))


@blueprint.post(f"{_TASK}/door")
def door(task_id: int) -> ResponseReturnValue:
    """Lav et link til viceværten: the answer shows it, this once."""
    result = _do(lambda session: make_link(session, me().acting, task_id, this_moment()))
    if isinstance(result, DoorRefused):
        return _answer(task_id, result)
    return show_task(task_id, link=link_of(result, str(current_app.extensions.get("handoff_public_url") or "")))


def show_task(
    task_id: int, *, link: Link | None = None, problem: str = "", status: int = 200, editing: Editing | None = None
) -> ResponseReturnValue:
    """The task's page, with what was written when it answers a form."""
    with database().read() as session:
        found = read_task(session, me().acting, task_id, this_moment())
        if found is None:
            abort(404)
        written = {name: request.form.get(name, "")[:10_000] for name in ("note", "number", "day")}
        parts = {"row": found[0], "standing": found[1], "link": link, "problem": problem, "written": written}
        is_edited = editing is not None or request.args.get("edit") == "1"
        if editing is None and found[1] == "open":
            editing = read_task_editing(session, me().acting, task_id, this_moment())
        parts |= {"editing": editing, "is_edited": is_edited}
        back = safe_next(request.values.get("back") or url_for("tasks.home"))
        return page(session, "tasks", "task", status=status, back=back, **parts)


def _answer(task_id: int, result: Task | _Refusal) -> ResponseReturnValue:
    """Back to where the button was; a refusal shows the task with the reason and what was written."""
    if isinstance(result, Task):
        return redirect(safe_next(request.form.get("back") or url_for("tasks.home")), 303)
    if result.why == "not_found":
        abort(404)
    problem = word("task_refused", result.why)
    return show_task(task_id, problem=problem, status=409 if result.why in _CONFLICTS else 422)


def _after_edit(task_id: int, refused: EditRefused | None) -> ResponseReturnValue:
    if refused is None:
        return redirect(safe_next(request.form.get("back") or url_for("tasks.home")), 303)
    if refused.why == "not_found":
        abort(404)
    problem = "" if refused.editing else word("edit_refused", refused.why)
    status = 409 if refused.why in ("gone", "changed") else 422
    return show_task(task_id, problem=problem, status=status, editing=refused.editing)


def _wanted() -> Wanted:
    """From the address; an old one said ``mine=1``."""
    view = "mine" if request.args.get("mine") == "1" else request.args.get("view", "all")
    organisation = request.args.get("organisation", "")
    is_id = organisation.isascii() and organisation.isdecimal() and len(organisation) < 19
    kind = request.args.get("type", "")[:20]
    return Wanted(kind, view if view in VIEWS else "all", int(organisation) if is_id else None)


def _do(use_case: Callable[[Session], _Done]) -> _Done:
    with database().write() as session:
        return use_case(session)


def _tries() -> int:
    """What the form was drawn with; nothing that counts when it is no number."""
    told = request.form.get("tries", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else -1


def _here() -> str:
    return request.full_path.rstrip("?")
