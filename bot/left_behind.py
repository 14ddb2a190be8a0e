"""Back to the queue with what somebody holds who no longer works here: nobody who cannot log in keeps a resident.

At each tick, and not where an access is closed: so it makes no difference how somebody left, or what was given to them
in that very moment. A crisis too, and it rings again.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Adviser, AuditEvent, Conversation, Organisation
from bot.queueing import put_in_queue
from bot.store import lock_conversation
from bot.thread import add_marker

log = structlog.get_logger()

MARKER = "holder_left"


def release_left_behind(db: Database, organisation_id: int, now: datetime) -> None:
    """Put back what is open and held by somebody who is no adviser of the organisation (any more)."""
    with db.read() as session:
        found = session.scalars(select(Conversation.id).where(*_left_behind(organisation_id)).order_by(Conversation.id))
        conversations = found.all()
    for conversation_id in conversations:
        with db.write() as session:
            _release(session, organisation_id, conversation_id, now)


def _left_behind(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    works_here = select(Adviser.id).where(
        Adviser.is_active.is_(True), Adviser.organisations.any(Organisation.id == organisation_id)
    )
    return (
        Conversation.organisation_id == organisation_id,
        Conversation.held_by == "adviser",
        Conversation.closed_at.is_(None),
        Conversation.adviser_id.not_in(works_here),
    )


def _release(session: Session, organisation_id: int, conversation_id: int, now: datetime) -> None:
    conversation = lock_conversation(session, conversation_id)
    still = select(Conversation.id).where(*_left_behind(organisation_id), Conversation.id == conversation_id)
    if session.scalar(still) is None:
        return
    holder = conversation.adviser
    name = holder.name.split()[0] if holder and holder.name.split() else ""
    put_in_queue(session, conversation, now)
    add_marker(session, conversation, MARKER, now, holder=name, adviser=holder.id if holder else None)
    session.add(
        AuditEvent(
            at=now,
            organisation_id=organisation_id,
            action="conversation_holder_left",
            subject=f"conversation:{conversation_id}",
            detail={"from": holder.id if holder else None},
        )
    )
    log.info("A conversation went back to the queue", action="holder_left", conversation=conversation_id)
