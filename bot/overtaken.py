"""STOP and START count in the order in which they were written, also when one of them is found late.

An SMS that the gateway's webhook did not bring is fetched afterwards. When the same number has said STOP or START
since, the late word changes nothing and is not confirmed; all else that it says is heard as ever.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.effects import Effect, OptIn, OptOut, Say
from bot.dialogs.state import Decision
from bot.models import Conversation, Message

_WORDS = frozenset({"opt_out", "opt_in"})
_CONFIRMED = ("opt_out.", "opt_in.")


def without_overtaken(session: Session, message: Message, decision: Decision) -> Decision:
    """The decision without a STOP or START that the same number has overtaken."""
    if not any(isinstance(effect, OptOut | OptIn) for effect in decision.effects):
        return decision
    if not _said_since(session, message):
        return decision
    return replace(decision, effects=tuple(effect for effect in decision.effects if not _is_of_consent(effect)))


def _is_of_consent(effect: Effect) -> bool:
    return isinstance(effect, OptOut | OptIn) or (isinstance(effect, Say) and effect.text.startswith(_CONFIRMED))


def _said_since(session: Session, message: Message) -> bool:
    later = select(Message.heard).join(Message.conversation).where(Conversation.phone == message.conversation.phone)
    later = later.where(Message.direction == "in", Message.status == "processed", Message.at > message.at)
    return any(
        _WORDS & {intent["name"] for intent in (heard or {}).get("intents", ())} for heard in session.scalars(later)
    )
