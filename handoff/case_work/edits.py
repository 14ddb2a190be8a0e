"""Edit one thing of a case: the form as it stands, and the saving of it under the thread's lock.

The form is read again before it is saved: where it no longer stands as it was drawn, nothing is saved and what is there
now is told, with what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Conversation, Promise, Task
from handoff.case_work import about, counters, facts, outcomes, papers, promises, todos
from handoff.case_work.forms import Editing, EditRefused, Read, Save, Work, now_stands, typed_day
from handoff.handoffs import Acting, Refused, locked
from handoff.task_work import thread_of
from handoff.tasks import finish
from handoff.wording import word

_SUBJECTS: Mapping[str, tuple[Read, Save]] = {
    "fact": (facts.read, facts.save),
    "promise": (promises.read, promises.save),
    "task": (todos.read, todos.save),
    "about": (about.read, about.save),
    "paper": (papers.read, papers.save),
    "outcome": (outcomes.read, outcomes.save),
    "plan": (counters.read, counters.save),
}


def read_editing(
    session: Session, acting: Acting, conversation: Conversation, what: str, now: datetime
) -> Editing | None:
    """The form of one thing; None where there is no such thing (any more)."""
    work = Work(session, acting, conversation.organisation_id, conversation.case, conversation, now)
    return _read(work, what)


def edit(
    session: Session, acting: Acting, conversation_id: int, what: str, do: str, form: Mapping[str, str], now: datetime
) -> EditRefused | None:
    """Save it; else why not, with the form as it is to be drawn again."""
    thread = locked(session, acting, conversation_id, even_closed=True)
    if isinstance(thread, Refused):
        return EditRefused("not_found")
    return _save(Work(session, acting, thread.organisation_id, thread.case, thread, now, writes=True), what, do, form)


def read_task_editing(session: Session, acting: Acting, task_id: int, now: datetime) -> Editing | None:
    """The form of a task on its own page."""
    work = _of_task(session, acting, task_id, now, writes=False)
    return todos.read(work, str(task_id)) if work else None


def edit_task(
    session: Session, acting: Acting, task_id: int, do: str, form: Mapping[str, str], now: datetime
) -> EditRefused | None:
    """The same for a task, whether it has a thread or not."""
    work = _of_task(session, acting, task_id, now)
    return _save(work, f"task-{task_id}", do, form) if work else EditRefused("not_found")


def answer_promise(
    session: Session, acting: Acting, task_id: int, outcome: str, day: str, now: datetime
) -> EditRefused | None:
    """What came of a promise: paid, not paid, or another day. Told again, it changes nothing."""
    work = _of_task(session, acting, task_id, now)
    task = todos.find(work, str(task_id)) if work else None
    if work is None:
        return EditRefused("not_found")
    if task is None or task.type != "check_promise":
        return EditRefused("gone")
    promise = promises.find(work, (task.origin or "").split(":")[1] if task.origin else "")
    if promise is None:
        finish(session, acting, task, now)
    elif outcome == "new_day":
        return _another_day(work, promise, day)
    else:
        promises.judge(work, promise, "kept" if outcome == "paid" else "broken")
    return None


def _another_day(work: Work, promise: Promise, day: str) -> EditRefused | None:
    on = typed_day(day)
    if on is None or on < work.today:
        return EditRefused("day" if on is None else "past")
    promises.move(work, promise, promise.amount_ore, on)
    return None


def _of_task(session: Session, acting: Acting, task_id: int, now: datetime, *, writes: bool = True) -> Work | None:
    found = session.scalar(select(Task).where(Task.id == task_id, Task.organisation_id.in_(acting.organisations)))
    if found is None:
        return None
    case = session.get(Case, found.case_id) if found.case_id is not None else None
    thread = _thread(session, found) if not writes else thread_of(session, found.case_id, found.conversation_id)
    return Work(session, acting, found.organisation_id, case, thread, now, writes)


def _thread(session: Session, task: Task) -> Conversation | None:
    """The same as ``thread_of`` finds, unlocked."""
    theirs = Conversation.case_id == task.case_id if task.case_id else Conversation.id == task.conversation_id
    return session.scalar(select(Conversation).where(theirs).order_by(Conversation.id.desc()).limit(1))


def _read(work: Work, what: str) -> Editing | None:
    kind, _, key = what.partition("-")
    return _SUBJECTS[kind][0](work, key) if kind in _SUBJECTS and key else None


def _save(work: Work, what: str, do: str, form: Mapping[str, str]) -> EditRefused | None:
    stands = _read(work, what)
    if stands is None:
        return EditRefused("gone")
    if form.get("seal") != stands.seal:
        return EditRefused("changed", stands.typed(form, now_stands(stands, form)))
    kind, _, key = what.partition("-")
    why = _SUBJECTS[kind][1](work, key, do, form)
    if why is None or why == "no_change":
        return None
    return EditRefused(why, stands.typed(form, word("edit_refused", why)))
