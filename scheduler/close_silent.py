"""A conversation in which nothing is left to say is closed after some days of silence, with a line that says so.

Only where the case has ended, or where there never was one: a talk about an open case is never closed by silence.
A new SMS opens it again. Nothing is sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.state import State
from bot.models import Case, Conversation, Message, Task
from bot.store import lock_conversation, settings_of
from bot.thread import add_marker

log = structlog.get_logger()

_CHUNK = 50


def close_silent(db: Database, organisation_id: int, now: datetime) -> None:
    """Close what has been silent for the organisation's ``close_after_days``."""
    with db.read() as session:
        silent_since = now - _patience(session, organisation_id)
        ids = session.scalars(_silent(organisation_id, silent_since)).all()
    for start in range(0, len(ids), _CHUNK):
        with db.write() as session:
            for conversation_id in ids[start : start + _CHUNK]:
                _close(session, organisation_id, conversation_id, silent_since, now)


def next_silent_moment(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """When the next conversation will have been silent for long enough."""
    oldest = select(func.min(Conversation.last_message_at)).outerjoin(Case, Case.id == Conversation.case_id)
    patience = _patience(session, organisation_id)
    newer = Conversation.last_message_at > now - patience
    last = session.scalar(oldest.where(*_may_be_closed(organisation_id), newer))
    return last + patience if last is not None else None


def _patience(session: Session, organisation_id: int) -> timedelta:
    return timedelta(days=settings_of(session, organisation_id).close_after_days)


def _silent(organisation_id: int, silent_since: datetime) -> Select[int]:
    silent = select(Conversation.id).outerjoin(Case, Case.id == Conversation.case_id).order_by(Conversation.id)
    return silent.where(*_may_be_closed(organisation_id), Conversation.last_message_at <= silent_since)


def _may_be_closed(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    """The bot holds it, the case has ended, and neither a human nor the outbox has anything left to do for it."""
    task = select(Task.id).where(
        or_(
            Task.conversation_id == Conversation.id,
            and_(Task.case_id.is_not(None), Task.case_id == Conversation.case_id),
        ),
        Task.status == "open",
    )
    moving = select(Message.id).where(
        Message.conversation_id == Conversation.id, Message.status.in_(("received", "queued"))
    )
    return (
        Conversation.organisation_id == organisation_id,
        Conversation.closed_at.is_(None),
        Conversation.held_by == "bot",
        ~Conversation.bot_paused,
        or_(Conversation.case_id.is_(None), Case.status.in_(("settled", "closed"))),
        ~task.exists(),
        ~moving.exists(),
    )


def _close(session: Session, organisation_id: int, conversation_id: int, silent_since: datetime, now: datetime) -> None:
    """Ask again, now that nobody else can write in it."""
    thread = lock_conversation(session, conversation_id)
    still = _silent(organisation_id, silent_since).where(Conversation.id == conversation_id)
    if session.scalar(still) is None:
        return
    thread.closed_at = now
    # Its question is over with it: a "ja" next month answers nothing that was asked now.
    thread.state = State.from_json(thread.state).evolve(flow=None, step=None, misses=0, asked={}).to_json()
    add_marker(session, thread, "closed_silent", now)
