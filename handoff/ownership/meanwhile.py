"""What the resident wrote while a page stood open: nobody puts off, gives to the bot or closes what they have not read.

The form says up to which SMS its page showed. Whoever comes without that word (the API) is taken to have read all.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.models import Message
from handoff.handoffs import Acting, Refused, Result, locked


def read_until(session: Session, conversation_id: int) -> int:
    """The newest SMS of the resident; 0 where there is none."""
    return session.scalar(select(func.max(Message.id)).where(*_written(conversation_id))) or 0


def unless_written(
    session: Session, acting: Acting, conversation_id: int, shown: str | None, act: Callable[[], Result]
) -> Result:
    """Do it, with the conversation locked, unless the resident has written what the page had not shown."""
    if shown is None or not (shown.isascii() and shown.isdecimal() and len(shown) < 19):
        return act()
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return act()
    later = select(Message.id).where(*_written(conversation_id), Message.id > int(shown), ~Message.automatic)
    return act() if session.scalar(later.limit(1)) is None else Refused("wrote_meanwhile")


def _written(conversation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Message.conversation_id == conversation_id, Message.direction == "in"
