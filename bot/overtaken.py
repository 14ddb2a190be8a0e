"""STOP and START count in the order in which they were written, also when one of them is found late.

An SMS that the gateway's webhook did not bring is fetched afterwards. When the same number has said STOP or START
since, the late word changes nothing and is not confirmed; all else that it says is heard as ever.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.state import Heard
from bot.models import Conversation, Message

_WORDS = frozenset({"opt_out", "opt_in"})


def without_overtaken(session: Session, message: Message, heard: Heard) -> Heard | None:
    """What still counts of what was heard; None: nothing does, and there is nothing to be answered."""
    if not _WORDS & {*heard.names} or not _said_since(session, message):
        return heard
    rest = tuple(intent for intent in heard.intents if intent.name not in _WORDS)
    return replace(heard, intents=rest) if rest else None


def _said_since(session: Session, message: Message) -> bool:
    later = select(Message.heard).join(Message.conversation).where(Conversation.phone == message.conversation.phone)
    later = later.where(Message.direction == "in", Message.status == "processed", Message.at > message.at)
    return any(_WORDS & {each["name"] for each in (heard or {}).get("intents", ())} for heard in session.scalars(later))
