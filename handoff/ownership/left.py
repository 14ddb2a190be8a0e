"""What an adviser is told in the bar: a resident waited too long for them, and the conversation went to the queue.

It stands there until somebody has the conversation, and at most for a day: nobody has to click it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.left_waiting import MARKER
from bot.models import Conversation, Marker
from bot.sms import national
from handoff.handoffs import Acting

_TOLD_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Left:
    """One conversation that was this adviser's."""

    id: int
    name: str


def read_left(session: Session, acting: Acting, now: datetime) -> tuple[Left, ...]:
    """Those that nobody has taken since, the longest wait first."""
    found = session.execute(
        select(Conversation, Marker.detail)
        .join(Marker, Marker.conversation_id == Conversation.id)
        .where(Conversation.organisation_id.in_(acting.organisations), Conversation.held_by == "queue")
        .where(Marker.kind == MARKER, Marker.at > now - _TOLD_FOR, Conversation.closed_at.is_(None))
        .options(joinedload(Conversation.case))
        .order_by(Conversation.waiting_since, Conversation.id)
    )
    mine = {thread.id: thread for thread, detail in found if detail.get("adviser") == acting.adviser_id}
    return tuple(Left(thread.id, _name(thread)) for thread in mine.values())


def _name(thread: Conversation) -> str:
    return thread.case.resident.name if thread.case else national(thread.phone)
