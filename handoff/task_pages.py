"""/tasks: what is to be done outside SMS, and the buttons that belong to each kind. Own organisations only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import Task
from handoff import numbers, task_work, tasks
from handoff.doors import DoorRefused, make_link
from handoff.frame import ID, guard, page
from handoff.inbox import this_moment
from handoff.links import Link, link_of
from handoff.login import database, me, safe_next
from handoff.numbers import NumberRefused
from handoff.task_list import KINDS, Wanted, read_task, read_tasks
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
    wanted = Wanted(request.args.get("type", "")[:20], request.args.get("mine") == "1")
    with database().read() as session:
        found = read_tasks(session, me().acting, wanted, this_moment())
        kinds = [(kind, word("task_kinds", kind)) for kind in KINDS]
        return page(session, "tasks", "tasks", found=found, wanted=wanted, kinds=kinds, back=_here())


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


def show_task(task_id: int, *, link: Link | None = None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """The task's page, with what was written when it answers a form."""
    with database().read() as session:
        found = read_task(session, me().acting, task_id, this_moment())
        if found is None:
            abort(404)
        written = {name: request.form.get(name, "")[:10_000] for name in ("note", "number")}
        parts = {"row": found[0], "standing": found[1], "link": link, "problem": problem, "written": written}
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


def _do(use_case: Callable[[Session], _Done]) -> _Done:
    with database().write() as session:
        return use_case(session)


def _tries() -> int:
    """What the form was drawn with; nothing that counts when it is no number."""
    told = request.form.get("tries", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else -1


def _here() -> str:
    return request.full_path.rstrip("?")
