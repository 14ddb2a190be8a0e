"""Tasks: what an adviser or caretaker does outside SMS is done. One transaction, given by the caller.

The thread is locked before the task, as a turn and a closing do it, so that they never wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.models import AuditEvent, Conversation, Task
from bot.thread import add_marker, announce
from handoff.handoffs import Acting


@dataclass(frozen=True, slots=True)
class TaskRefused:
    """It was not done: there is no such task here, or it was put away before."""

    why: Literal["not_found", "dropped"]


def done(session: Session, acting: Acting, task_id: int, now: datetime) -> Task | TaskRefused:
    """The task is done; saying so again changes nothing."""
    mine = (Task.id == task_id, Task.organisation_id.in_(acting.organisations))
    found = session.execute(select(Task.case_id, Task.conversation_id).where(*mine)).one_or_none()
    if found is None:
        return TaskRefused("not_found")
    thread = lock_thread(session, case_id=found.case_id, conversation_id=found.conversation_id)
    task = session.scalar(select(Task).where(*mine).with_for_update().execution_options(populate_existing=True))
    if task is None:
        return TaskRefused("not_found")
    if task.status == "dropped":
        return TaskRefused("dropped")
    if task.status == "open":
        finish(session, acting, task, now)
        if thread is not None:
            add_marker(session, thread, "task_done", now, acting.adviser_id, type=task.type)
            announce(session, thread, "task", now)
    return task


def finish(session: Session, acting: Acting, task: Task, now: datetime) -> None:
    """Keep that it is done, when and by whom."""
    task.status, task.done_at, task.done_by_id = "done", now, acting.adviser_id
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=task.organisation_id,
            action="task_done",
            subject=f"task:{task.id}",
            detail={},
        )
    )


def lock_thread(session: Session, *, case_id: int | None, conversation_id: int | None = None) -> Conversation | None:
    """The conversation that a case or a task belongs to, held against every other writer; the newest of several."""
    if case_id is None and conversation_id is None:
        return None
    by_case = Conversation.case_id == case_id
    threads = session.scalars(
        select(Conversation)
        .where(or_(by_case, Conversation.id == conversation_id) if conversation_id else by_case)
        .order_by(Conversation.id)
        .with_for_update(of=Conversation, key_share=True)
    ).all()
    named = [thread for thread in threads if thread.id == conversation_id]
    return next(reversed(named or threads), None)
