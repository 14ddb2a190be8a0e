"""Back to the queue with what a resident has waited too long for: the adviser who holds it has not answered.

The wait is counted in office hours, from the resident's oldest unanswered message, or from what the adviser last did in
the conversation if that is later: whoever took it at 14.55, wrote a note or put it off is not overtaken by the clock.

Never in a crisis. Whoever has taken one works by telephone, with the neighbour or with the police, and the thread is
silent meanwhile; back in the queue a second person would begin anew with somebody in danger, or everybody would think
that it is being done. A crisis changes hands only by people (``handoff.ownership``), and stands first in every inbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import AuditEvent, Conversation, Marker, Note
from bot.organisations import OrganisationSettings
from bot.queueing import put_in_queue
from bot.snoozing import OVER
from bot.store import lock_conversation, settings_of
from bot.thread import add_marker
from bot.workdays import after_open_time

log = structlog.get_logger()

MARKER = "released_waiting"
#: Lines after which the wait is counted anew whoever's they are: it came to another hand, or back to this one.
_BEGINS_ANEW = ("transferred", OVER)


def release_left_waiting(db: Database, organisation_id: int, now: datetime) -> None:
    """Put everything back into the queue whose resident has waited for ``release_after_minutes``."""
    with db.read() as session:
        due = [found for found, at in _due(session, organisation_id, now) if at <= now]
    for conversation_id in due:
        with db.write() as session:
            _release(session, organisation_id, conversation_id, now)


def next_left_waiting(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """When the next resident will have waited that long."""
    return min((at for _, at in _due(session, organisation_id, now) if at > now), default=None)


def _due(session: Session, organisation_id: int, now: datetime) -> list[tuple[int, datetime]]:
    """The conversations in which somebody waits for the adviser who holds them, and when that is too long."""
    settings = settings_of(session, organisation_id)
    if settings.release_after_minutes is None:
        return []
    found = session.execute(_waited_for(now).where(Conversation.organisation_id == organisation_id))
    return [(found_id, _too_long(settings, moments)) for found_id, *moments in found]


def _too_long(settings: OrganisationSettings, moments: Iterable[datetime | None]) -> datetime:
    since = max((at for at in moments if at is not None), key=datetime.timestamp)
    return after_open_time(settings.office_hours, since, timedelta(minutes=settings.release_after_minutes or 0))


def _waited_for(now: datetime) -> Select[int, datetime | None, datetime, datetime]:
    touched = select(func.max(Marker.at)).where(
        Marker.conversation_id == Conversation.id,
        or_(Marker.adviser_id == Conversation.adviser_id, Marker.kind.in_(_BEGINS_ANEW)),
    )
    noted = select(func.max(Note.at)).where(
        Note.conversation_id == Conversation.id, Note.adviser_id == Conversation.adviser_id
    )
    return (
        select(Conversation.id, Conversation.waiting_since, touched.scalar_subquery(), noted.scalar_subquery())
        .where(*_is_left(now))
        .order_by(Conversation.id)
    )


def _is_left(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Conversation.held_by == "adviser",
        Conversation.waiting_since.is_not(None),
        Conversation.closed_at.is_(None),
        Conversation.priority != "crisis",
        or_(Conversation.snoozed_until.is_(None), Conversation.snoozed_until <= now),
    )


def _release(session: Session, organisation_id: int, conversation_id: int, now: datetime) -> None:
    """Ask again, now that nobody else can write in it: the adviser may have answered this second."""
    conversation = lock_conversation(session, conversation_id)
    if not any(found == conversation_id and at <= now for found, at in _due(session, organisation_id, now)):
        return
    holder = conversation.adviser
    put_in_queue(session, conversation, now)
    name = holder.name.split()[0] if holder and holder.name.split() else ""
    add_marker(session, conversation, MARKER, now, holder=name, adviser=holder.id if holder else None)
    session.add(
        AuditEvent(
            at=now,
            organisation_id=organisation_id,
            action="conversation_released_waiting",
            subject=f"conversation:{conversation_id}",
            detail={"from": holder.id if holder else None},
        )
    )
    log.info("A conversation went back to the queue", action="released_waiting", conversation=conversation_id)
