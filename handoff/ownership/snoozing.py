"""Udskyd: put off what is mine until a moment; it comes up again by itself (``bot.snoozing``), or by hand.

Never a crisis: somebody in danger is passed to a colleague, not to tomorrow.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.thread import add_marker
from handoff.handoffs import Acting, Done, Refused, Result, audit, is_mine, locked, not_mine
from handoff.ownership.moments import is_ahead


def snooze(session: Session, acting: Acting, conversation_id: int, until: datetime | None, now: datetime) -> Result:
    """Put it away until then."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if not is_mine(conversation, acting):
        return not_mine(conversation)
    if conversation.priority == "crisis":
        return Refused("in_crisis")
    if until is None:
        return Refused("unknown_moment")
    if not is_ahead(until, now):
        return Refused("moment_gone")
    conversation.snoozed_until = until
    add_marker(session, conversation, "snoozed", now, acting.adviser_id, until=until.isoformat())
    audit(session, acting, conversation, "snoozed", now, until=until.isoformat())
    return Done(conversation.id)


def end_snooze(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Result:
    """Tag den frem: it is to be seen now after all. Said twice, it is done once."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if not is_mine(conversation, acting):
        return not_mine(conversation)
    if conversation.snoozed_until is not None:
        conversation.snoozed_until = None
        add_marker(session, conversation, "snooze_ended", now, acting.adviser_id)
        audit(session, acting, conversation, "snooze_ended", now)
    return Done(conversation.id)
