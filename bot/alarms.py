"""Rings the inbox for a crisis, in the transaction of the turn that heard it.

It rings until an adviser has seen it; the next crisis message of somebody whom nobody has taken rings anew.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.alarm_calls import call_first
from bot.models import Alarm, Conversation


def ring(session: Session, conversation: Conversation, reason: str, now: datetime) -> None:
    """One alarm at a time a conversation; who holds it already hears only of another kind of crisis."""
    mine = select(Alarm).where(Alarm.conversation_id == conversation.id).order_by(Alarm.id.desc()).limit(1)
    newest = session.scalar(mine)
    if newest is not None and newest.seen_at is None:
        return
    in_hand = conversation.held_by == "adviser" and conversation.priority == "crisis"
    if in_hand and newest is not None and newest.reason == reason:
        return
    alarm = Alarm(conversation_id=conversation.id, reason=reason, at=now)
    session.add(alarm)
    session.flush()
    call_first(session, conversation, alarm, now)


def silence(session: Session, conversation: Conversation, adviser_id: int, now: datetime) -> bool:
    """Keep who has seen it and when; True when something rang."""
    mine = (Alarm.conversation_id == conversation.id, Alarm.seen_at.is_(None))
    if session.scalar(select(Alarm.id).where(*mine).limit(1)) is None:
        return False
    session.execute(update(Alarm).where(*mine).values(seen_by_id=adviser_id, seen_at=now))
    return True
