"""Ends a wave for good: what is queued is called off, what was to be done about it dropped, its ladders stop.

The deadline's task stays, or still comes: nobody is forgotten.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, String, cast, literal, select, update
from sqlalchemy.orm import Session

from bot.models import Contact, Conversation, LiveEvent, Task, Wave
from bot.wave_state import note_down, refuse_queued
from scheduler.ladder import DEADLINE_STEP, SMS


def cancel_wave(session: Session, wave: Wave, now: datetime, by: str) -> bool:
    """False when it is cancelled already. Waits for who is writing it at this moment."""
    session.refresh(wave, with_for_update=True)
    if wave.cancelled_at is not None:
        return False
    wave.cancelled_at, wave.cancelled_by = now, by
    refuse_queued(session, wave, "cancelled", now)
    _drop_tasks(session, wave, now)
    note_down(session, wave, "wave_cancelled", now, by)
    return True


def _drop_tasks(session: Session, wave: Wave, now: datetime) -> None:
    moot = (Task.status == "open", Task.origin.in_(_origins(wave)))
    threads = select(Conversation.id, Conversation.organisation_id).join(Task, Task.conversation_id == Conversation.id)
    for conversation_id, organisation_id in session.execute(threads.where(*moot).distinct()):
        session.add(LiveEvent(organisation_id=organisation_id, conversation_id=conversation_id, kind="task", at=now))
    session.execute(update(Task).where(*moot).values(status="dropped", done_at=now))


def _origins(wave: Wave) -> Select[str]:
    name = literal("contact:", String) + cast(Contact.id, String)
    mine = (Contact.wave_id == wave.id, Contact.kind != SMS, Contact.step != DEADLINE_STEP)
    return select(name).where(*mine)
