"""An adviser says what a message really meant. Each correction is kept; the newest counts. No turn is taken for it.

What the bot heard stays as it was. A correction that adds or takes away what must not be missed leaves a marker in
the thread: the bot does nothing about it, so a colleague must be able to see it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.corrections import newest_corrections
from bot.models import AuditEvent, Conversation, Correction, Message
from bot.nlu.intents import INTENTS, OUT_OF_SCOPE
from bot.thread import add_marker, announce
from handoff.handoffs import Acting, Done, Refused, locked

URGENT = ("crisis_self_harm", "crisis_violence", "opt_out")


@dataclass(frozen=True, slots=True)
class CorrectionRefused:
    """It was not kept, and why."""

    why: Literal["not_found", "nothing_ticked", "not_alone", "unknown_intent"]


def correct(
    session: Session, acting: Acting, conversation_id: int, message_id: int, ticked: Sequence[str], now: datetime
) -> Done | CorrectionRefused:
    """Keep that this is what the message says. What counts already is not kept once more."""
    conversation = locked(session, acting, conversation_id, even_closed=True)
    message = None if isinstance(conversation, Refused) else find_message(session, conversation, message_id)
    if isinstance(conversation, Refused) or message is None:
        return CorrectionRefused("not_found")
    if refused := _problem(ticked):
        return refused
    before = meant(message, newest_corrections(session, [message.id]).get(message.id))
    if set(ticked) != set(before):
        intents = in_order(ticked, before)
        session.add(Correction(message_id=message.id, adviser_id=acting.adviser_id, intents=list(intents), at=now))
        _tell(session, acting, conversation, message, now)
        _mark(session, acting, conversation, "urgent_heard", _urgent(intents, but_not=before), now)
        _mark(session, acting, conversation, "urgent_unheard", _urgent(before, but_not=intents), now)
    return Done(conversation.id)


def find_message(session: Session, conversation: Conversation, message_id: int) -> Message | None:
    """The resident's message of this id in this conversation, when it can be corrected."""
    mine = (Message.id == message_id, Message.conversation_id == conversation.id, Message.direction == "in")
    message = session.scalar(select(Message).where(*mine))
    return message if message is not None and may_correct(message) else None


def may_correct(message: Message) -> bool:
    """True for a resident's words that the bot has read; a picture alone says nothing that could be misheard."""
    return message.direction == "in" and message.status == "processed" and bool(message.body.strip())


def meant(message: Message, correction: Correction | None) -> tuple[str, ...]:
    """What the message says: as an adviser corrected it, else as the bot heard it."""
    if correction is not None:
        return tuple(correction.intents)
    return tuple(str(intent.get("name")) for intent in (message.heard or {}).get("intents", ()))


def in_order(ticked: Collection[str], before: Iterable[str]) -> tuple[str, ...]:
    """In the order said as far as we know it: what was heard first, then the rest as the list has it."""
    return tuple(dict.fromkeys([*(name for name in before if name in ticked), *(n for n in INTENTS if n in ticked)]))


def _problem(ticked: Sequence[str]) -> CorrectionRefused | None:
    if not ticked:
        return CorrectionRefused("nothing_ticked")
    if not set(ticked) <= set(INTENTS):
        return CorrectionRefused("unknown_intent")
    return CorrectionRefused("not_alone") if OUT_OF_SCOPE in ticked and len(set(ticked)) > 1 else None


def _urgent(names: Collection[str], *, but_not: Collection[str]) -> list[str]:
    return [name for name in URGENT if name in names and name not in but_not]


def _mark(
    session: Session, acting: Acting, conversation: Conversation, kind: str, intents: list[str], now: datetime
) -> None:
    if intents:
        add_marker(session, conversation, kind, now, acting.adviser_id, intents=intents)


def _tell(session: Session, acting: Acting, conversation: Conversation, message: Message, now: datetime) -> None:
    announce(session, conversation, "message", now)
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=conversation.organisation_id,
            action="heard_corrected",
            subject=f"message:{message.id}",
        )
    )
