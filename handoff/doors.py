"""The caretaker's knock: a link that works once, for somebody without a log-in, and what they say of it.

Only the hash of the link is kept; a newer link voids the older ones. Whoever holds it learns a name, an address and
whom to greet from: nothing of money or of what is wanted. Each step is one transaction, given by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.dialogs.effects import OpenHandoff
from bot.dialogs.state import Decision, State
from bot.models import COPENHAGEN, AuditEvent, Case, Conversation, DoorVisit, Organisation, Task
from bot.nlu.masking import mask_cpr
from bot.thread import add_marker, announce
from handoff.formats import address_lines
from handoff.handoffs import Acting
from handoff.passwords import hash_secret, new_secret
from handoff.senders import signed_by
from handoff.task_work import Held, Why, WorkRefused, hold, thread_of

Result = Literal["met", "card_left", "moved", "worried"]
RESULTS: tuple[Result, ...] = get_args(Result)
LONGEST_NOTE = 300
#: A link lives to the end of the deadline's day, and never longer than this.
_LIFE = timedelta(days=5)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class DoorRefused:
    """No link was made, and why."""

    why: Literal["done", "no_address"] | Why


@dataclass(frozen=True, slots=True)
class Door:
    """What the caretaker sees. Once it is answered: only that."""

    is_answered: bool
    name: str = ""
    address: tuple[str, ...] = ()
    adviser: str = ""
    organisation: str = ""


def make_link(session: Session, acting: Acting, task_id: int, now: datetime) -> str | DoorRefused:
    """A new link's token, for this once; the older ones of the task are void."""
    held = hold(session, acting, task_id, "knock")
    if isinstance(held, WorkRefused):
        return DoorRefused(held.why)
    if held.task.status != "open":
        return DoorRefused("done")
    case = session.get(Case, held.task.case_id) if held.task.case_id else None
    if case is None or not case.resident.address.strip():
        return DoorRefused("no_address")
    token = new_secret()
    session.add(
        DoorVisit(
            task_id=held.task.id,
            token_hash=hash_secret(token),
            made_by_id=acting.adviser_id,
            at=now,
            expires_at=_expiry(case, now),
        )
    )
    _audit(session, held.task, "door_link_made", now, acting.adviser_id)
    return token


def withdraw_link(session: Session, acting: Acting, task_id: int, now: datetime) -> Task | WorkRefused:
    """The newest link opens nothing from now on; the knock is still to be done."""
    held = hold(session, acting, task_id, "knock")
    if isinstance(held, WorkRefused):
        return held
    unused = (DoorVisit.task_id == task_id, DoorVisit.answered_at.is_(None), DoorVisit.expires_at > now)
    for visit in session.scalars(select(DoorVisit).where(*unused).with_for_update()):
        visit.expires_at = now
        _audit(session, held.task, "door_link_withdrawn", now, acting.adviser_id)
    return held.task


def read_door(session: Session, token: str, now: datetime) -> Door | None:
    """The page of a link; None when it is unknown, void or too old: which of these, nobody is told."""
    visit = _visit(session, token)
    if visit is None:
        return None
    if visit.answered_at is not None:
        return Door(is_answered=True)
    task = session.get_one(Task, visit.task_id)
    if not _is_valid(session, visit, task, now):
        return None
    case = session.get_one(Case, task.case_id)
    resident, organisation = case.resident, session.get_one(Organisation, task.organisation_id)
    return Door(
        is_answered=False,
        name=resident.name,
        address=address_lines(resident.address, resident.postal_code, resident.city),
        adviser=signed_by(session, case, organisation),
        organisation=organisation.name,
    )


def answer(session: Session, token: str, result: str, note: str, now: datetime) -> Door | None:
    """Keep what the caretaker says, once: the task is done, the thread tells it, a human hears what needs one."""
    visit = _visit(session, token)
    if visit is None or result not in RESULTS:
        return None
    found = session.execute(select(Task.case_id, Task.conversation_id).where(Task.id == visit.task_id)).one()
    thread = thread_of(session, found.case_id, found.conversation_id)
    task = session.get_one(Task, visit.task_id, with_for_update=True, populate_existing=True)
    visit = session.get_one(DoorVisit, visit.id, with_for_update=True, populate_existing=True)
    if visit.answered_at is not None:
        return Door(is_answered=True)
    if not _is_valid(session, visit, task, now):
        return None
    visit.result, visit.answered_at = result, now
    visit.note = mask_cpr(" ".join(note.split()))[0][:LONGEST_NOTE]
    task.status, task.done_at = "done", now
    _audit(session, task, f"door_{result}", now)
    _tell(session, Held(task, thread), visit, now)
    return Door(is_answered=True)


def _tell(session: Session, held: Held, visit: DoorVisit, now: datetime) -> None:
    if held.thread is not None:
        said = visit.note.replace("*", "")  # no emphasis of their own
        add_marker(session, held.thread, f"door_{visit.result}", now, note=f': "{said}"' if said else "")
        announce(session, held.thread, "task", now)
    if visit.result == "moved":
        _ask(session, held, visit, "Viceværten siger, at beboeren er flyttet.", now)
    if visit.result == "worried" and not _hand_over(session, held.thread, now):
        _ask(session, held, visit, "Viceværten er bekymret for beboeren. Ring, eller tag derhen i dag.", now)


def _hand_over(session: Session, thread: Conversation | None, now: datetime) -> bool:
    """Ask for a human in the thread, as a turn would; False when there is none, or it says something else already."""
    if thread is None:
        return False
    decision = Decision(State.from_json(thread.state), (OpenHandoff("door_worried", "high"),))
    apply(Turn(session, thread, now), decision)
    return thread.reason == "door_worried"


def _ask(session: Session, held: Held, visit: DoorVisit, words: str, now: datetime) -> None:
    """A task for an adviser, today."""
    session.add(
        Task(
            organisation_id=held.task.organisation_id,
            case_id=held.task.case_id,
            conversation_id=held.thread.id if held.thread else None,
            type="other",
            due=now.astimezone(COPENHAGEN).date(),
            note=f'{words} "{visit.note}"' if visit.note else words,
            origin=f"door:{visit.id}",
            at=now,
        )
    )


def _visit(session: Session, token: str) -> DoorVisit | None:
    if not _TOKEN.fullmatch(token):
        return None
    return session.scalar(select(DoorVisit).where(DoorVisit.token_hash == hash_secret(token)))


def _is_valid(session: Session, visit: DoorVisit, task: Task, now: datetime) -> bool:
    """The newest link of a knock that is still to be done, in its time."""
    newest = select(DoorVisit.id).where(DoorVisit.task_id == visit.task_id).order_by(DoorVisit.id.desc()).limit(1)
    return task.status == "open" and now < visit.expires_at and session.scalar(newest) == visit.id


def _expiry(case: Case, now: datetime) -> datetime:
    """After the deadline a knock is the adviser's own choice: then only the days count."""
    end = datetime.combine(case.deadline + timedelta(days=1), time(), COPENHAGEN)
    return min(end, now + _LIFE) if end > now else now + _LIFE


def _audit(session: Session, task: Task, action: str, now: datetime, adviser_id: int | None = None) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=adviser_id,
            organisation_id=task.organisation_id,
            action=action,
            subject=f"task:{task.id}",
        )
    )
