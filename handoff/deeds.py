"""What an adviser can do under a bubble: take back what waits, say again what did not arrive, call instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot import planned
from bot.delivery import error_class
from bot.models import Conversation, Message
from handoff.failed import LOST, may_try_again, tried_again
from handoff.formats import first_name
from handoff.saying import said
from handoff.sending import WITHDRAWN
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Waits:
    """An SMS that waits for its time. ``words`` where it will not go as things are; ``asks`` where a yes would do."""

    message_id: int
    words: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """An SMS that did not arrive, and what is of use."""

    message_id: int
    may_try: bool
    may_call: bool


@dataclass(frozen=True, slots=True)
class Deeds:
    """By message."""

    waits: Mapping[int, Waits] = field(default_factory=dict)
    lost: Mapping[int, Lost] = field(default_factory=dict)


def read_deeds(session: Session, conversation: Conversation, messages: Sequence[Message], adviser_id: int) -> Deeds:
    """What can be done about these messages of a thread."""
    is_mine = conversation.held_by == "adviser" and conversation.adviser_id == adviser_id
    is_mine = is_mine and conversation.closed_at is None
    waiting = [message for message in messages if planned.is_planned(message)]
    return Deeds(
        {message.id: _waits(session, message, is_mine=is_mine) for message in waiting},
        _lost(session, messages, is_mine=is_mine),
    )


def shown_at(message: Message) -> datetime:
    """Where it stands in the thread: at the time it was to go, but for one that was taken back."""
    if message.send_at is None or message.error == WITHDRAWN:
        return message.at
    return message.send_at


def _waits(session: Session, message: Message, *, is_mine: bool) -> Waits:
    why = planned.objection(session, message)
    if why is None:
        return Waits(message.id)
    if why != "replied":
        return Waits(message.id, word("writing", "called_off", why=word("refusals", why)))
    case = message.conversation.case
    name = first_name(case.resident.name) if case is not None else said("Beboeren")
    return Waits(message.id, word("writing", "replied", name=name), asks=is_mine)


def _lost(session: Session, messages: Sequence[Message], *, is_mine: bool) -> dict[int, Lost]:
    lost = [message for message in messages if message.direction == "out" and message.status in LOST]
    if not lost:
        return {}
    again = tried_again(session, lost)
    later = {(message.first_try_id, message.away_tries) for message in messages if message.first_try_id}
    found = {}
    for message in lost:
        if (message.first_try_id or message.id, message.away_tries + 1) in later or message.id in again:
            continue  # its next try stands below it
        no_number = error_class(message.error) == "wrong_number"
        found[message.id] = Lost(message.id, is_mine and may_try_again(message), not no_number)
    return found
