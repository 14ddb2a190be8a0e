"""What comes of a task: a call that was taken or not, a payment looked at, a postcard sent. One transaction each.

A form tells the ``tries`` it was drawn with: sent twice, it counts once. What the rules are and why:
docs/decisions/0013-what-a-task-comes-to.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import COPENHAGEN, AuditEvent, Conversation, Note, Task
from bot.nlu.masking import mask_cpr
from bot.thread import add_marker, announce
from bot.workdays import add_working_days, next_working_day
from handoff.handoffs import Acting
from handoff.tasks import finish, lock_thread

#: After so many calls that nobody took the task ends; the ladder goes on by other ways.
CALLS = 3
#: How long a payment that an adviser has seen may take to reach the rent system's next word.
DAYS_TO_BOOK = 3
LONGEST_NOTE = 1000

Why = Literal["not_found", "dropped", "other_type", "cpr", "too_long", "meanwhile"]


@dataclass(frozen=True, slots=True)
class WorkRefused:
    """It was not done, and why."""

    why: Why


@dataclass(frozen=True, slots=True)
class Held:
    """A task and its thread, both locked; the thread is the resident's, never one that has gone over to another."""

    task: Task
    thread: Conversation | None


def talked(session: Session, acting: Acting, task_id: int, note: str, now: datetime) -> Task | WorkRefused:
    """Talte med beboeren: the call is done."""
    held = _hold_call(session, acting, task_id, note)
    if isinstance(held, WorkRefused):
        return held
    if held.task.status != "open":
        return _told_already(session, acting, held, note)
    _write_down(session, acting, held, note, now)
    _end(session, acting, held, "call_taken", now)
    return held.task


def nobody_answered(
    session: Session, acting: Acting, task_id: int, note: str, tries: int, now: datetime
) -> Task | WorkRefused:
    """Ingen svar: it stands for the next working day at the same hour, and ends after the third time."""
    held = _hold_call(session, acting, task_id, note)
    if isinstance(held, WorkRefused):
        return held
    if held.task.status != "open" or held.task.tries != tries:
        return _told_already(session, acting, held, note)
    held.task.tries += 1
    _write_down(session, acting, held, note, now)
    if held.task.tries >= CALLS:
        _end(session, acting, held, "call_given_up", now)
    else:
        _put_off(held.task, 1, now)
        _tell(session, acting, held, "call_not_taken", now)
    return held.task


def paid(session: Session, acting: Acting, task_id: int, tries: int, now: datetime) -> Task | WorkRefused:
    """Er betalt: somebody has seen the payment.

    Only the rent system's word settles a case. Where the resident's own word holds the ladder back, the task stays
    open, and with it the pause, until the rent system says so or a human looks again.
    """
    held = hold(session, acting, task_id, "check_payment")
    if isinstance(held, WorkRefused) or held.task.status != "open" or held.task.tries != tries:
        return held if isinstance(held, WorkRefused) else held.task
    held.task.tries += 1
    if holds_back(held.task):
        _put_off(held.task, DAYS_TO_BOOK, now)
        _tell(session, acting, held, "payment_seen", now)
    else:
        _end(session, acting, held, "payment_seen", now)
    return held.task


def not_paid(session: Session, acting: Acting, task_id: int, now: datetime) -> Task | WorkRefused:
    """Er ikke betalt: what was held back by it goes on with the steps whose time has not gone by."""
    held = hold(session, acting, task_id, "check_payment")
    if not isinstance(held, WorkRefused) and held.task.status == "open":
        _end(session, acting, held, "payment_not_seen", now)
    return held if isinstance(held, WorkRefused) else held.task


def sent(session: Session, acting: Acting, task_id: int, now: datetime) -> Task | WorkRefused:
    """Udskrevet, markér som sendt: the postcard is on its way."""
    held = hold(session, acting, task_id, "postcard")
    if not isinstance(held, WorkRefused) and held.task.status == "open":
        held.task.printed_at = now
        _end(session, acting, held, "postcard_sent", now)
    return held if isinstance(held, WorkRefused) else held.task


def holds_back(task: Task) -> bool:
    """True when the task's being open keeps the ladder from going on (``scheduler.against`` asks the same)."""
    return task.type == "check_payment" and (task.origin or "").startswith("message:")


def hold(session: Session, acting: Acting, task_id: int, kind: str) -> Held | WorkRefused:
    """The task of this kind with its thread, locked in the order in which a turn and a closing lock them."""
    mine = (Task.id == task_id, Task.organisation_id.in_(acting.organisations))
    found = session.execute(select(Task.case_id, Task.conversation_id).where(*mine)).one_or_none()
    if found is None:
        return WorkRefused("not_found")
    thread = thread_of(session, found.case_id, found.conversation_id)
    task = session.scalar(select(Task).where(*mine).with_for_update().execution_options(populate_existing=True))
    if task is None:
        return WorkRefused("not_found")
    if task.type != kind:
        return WorkRefused("other_type")
    return WorkRefused("dropped") if task.status == "dropped" else Held(task, thread)


def thread_of(session: Session, case_id: int | None, conversation_id: int | None) -> Conversation | None:
    """The thread of a task's own resident, locked; a number may have gone over to somebody else's case."""
    if case_id is not None:
        return lock_thread(session, case_id=case_id)
    return lock_thread(session, case_id=None, conversation_id=conversation_id)


def _hold_call(session: Session, acting: Acting, task_id: int, note: str) -> Held | WorkRefused:
    if len(note) > LONGEST_NOTE:
        return WorkRefused("too_long")
    return WorkRefused("cpr") if mask_cpr(note)[1] else hold(session, acting, task_id, "call")


def _end(session: Session, acting: Acting, held: Held, kind: str, now: datetime) -> None:
    finish(session, acting, held.task, now)
    if held.thread is not None:
        add_marker(session, held.thread, kind, now, acting.adviser_id)
        announce(session, held.thread, "task", now)


def _tell(session: Session, acting: Acting, held: Held, kind: str, now: datetime) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=held.task.organisation_id,
            action=f"task_{kind}",
            subject=f"task:{held.task.id}",
        )
    )
    if held.thread is not None:
        add_marker(session, held.thread, kind, now, acting.adviser_id)
        announce(session, held.thread, "task", now)


def _put_off(task: Task, working_days: int, now: datetime) -> None:
    """A later day, at the same hour when one was agreed."""
    today = now.astimezone(COPENHAGEN).date()
    day = next_working_day(today) if working_days == 1 else add_working_days(today, working_days)
    if task.due_at is not None:
        clock = task.due_at.astimezone(COPENHAGEN).timetz().replace(tzinfo=None)
        task.due_at = datetime.combine(day, clock, COPENHAGEN)
    task.due = day


def _told_already(session: Session, acting: Acting, held: Held, note: str) -> Task | WorkRefused:
    """Somebody has told of this call: the same form sent again is the same, but no other note is lost unsaid."""
    text = note.strip()
    if not text:
        return held.task
    if held.thread is None:
        return held.task if text in held.task.note else WorkRefused("meanwhile")
    mine = (Note.conversation_id == held.thread.id, Note.adviser_id == acting.adviser_id, Note.body == text)
    is_kept = session.scalar(select(Note.id).where(*mine, Note.at >= held.task.at).limit(1)) is not None
    return held.task if is_kept else WorkRefused("meanwhile")


def _write_down(session: Session, acting: Acting, held: Held, note: str, now: datetime) -> None:
    """In the thread where there is one; else on the task itself."""
    text = note.strip()
    if text and held.thread is None:
        held.task.note = f"{held.task.note}\n{text}".strip()
    elif text and held.thread is not None:
        session.add(Note(conversation_id=held.thread.id, adviser_id=acting.adviser_id, body=text, at=now))
        announce(session, held.thread, "note", now)
