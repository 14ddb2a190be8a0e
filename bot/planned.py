"""An SMS that an adviser wrote to be sent later: what speaks against it when its time has come.

The adviser's word counts until something happens that they could not know of: the resident has written, said stop,
or the case has ended. It goes at the time chosen, weekends too, but never at night; see
docs/decisions/0023-an-adviser-sends-later.md.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from bot.models import COPENHAGEN, Message
from bot.retries import has_written_since
from bot.store import is_opted_out

Why = Literal["opted_out", "number_taken_off", "number_changed", "closed", "settled", "come_again", "replied"]
#: Nothing that nobody waits for rings at night.
MORNING, NIGHT = time(8), time(21)


def is_planned(message: Message) -> bool:
    """True while it waits for the time that an adviser chose; a later try is none."""
    return message.send_at is not None and message.status == "queued"


def goes_at(moment: datetime) -> datetime:
    """When an SMS chosen for ``moment`` goes: then, or when the night is over."""
    local = moment.astimezone(COPENHAGEN)
    if MORNING <= local.time() < NIGHT:
        return local
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, COPENHAGEN)


def objection(session: Session, message: Message) -> Why | None:
    """Why it is not sent, if it is not: the first reason counts."""
    conversation, case = message.conversation, message.conversation.case
    if is_opted_out(session, conversation.phone):
        return "opted_out"
    if conversation.closed_at is not None:
        return "closed"
    if case is not None and case.number_taken_off:
        return "number_taken_off"
    if case is not None and case.resident.phone != conversation.phone:
        return "number_changed"
    if case is not None and case.opened_at.timestamp() > message.at.timestamp():
        return "come_again"
    if case is not None and case.status != "open" and _ended_since(message):
        return "settled" if case.status == "settled" else "closed"
    return "replied" if has_written_since(session, message) else None


def _ended_since(message: Message) -> bool:
    """A case that had ended when the adviser wrote is no reason: they knew."""
    case = message.conversation.case
    ended = case.closed_at if case is not None else None
    return ended is None or ended.timestamp() >= message.at.timestamp()
