"""The crises that ring: on every page until an adviser has seen them, with who and when kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.alarms import silence
from bot.models import Alarm, Conversation
from bot.thread import add_marker
from handoff.formats import clock, first_name
from handoff.handoffs import Acting, Done, Refused, Result, audit, locked
from handoff.saying import said
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Band:
    """The first of the crises that ring, and how many more."""

    id: int
    title: str
    text: str
    more: int
    is_taken: bool  #: somebody holds the conversation: it can be seen, not taken


def read_band(session: Session, acting: Acting) -> Band | None:
    """What rings for this adviser now: the longest wait first."""
    ringing = _ringing(session, acting)
    if not ringing:
        return None
    first = ringing[0]
    since = first.waiting_since or _rang_at(session, first)
    who = first.case.resident.name if first.case else word("reasons", "unknown_number")
    wrote = said(" skrev {clock}", clock=clock(since)) if since else ""
    is_taken = first.held_by == "adviser"
    return Band(
        first.id, said("Krise: {who}{wrote}", who=who, wrote=wrote), _text(first, is_taken), len(ringing) - 1, is_taken
    )


def acknowledge(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Result:
    """Jeg har set det: the band goes; the conversation stays where it is. Said twice, it is kept once."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if silence(session, conversation, acting.adviser_id, now):
        add_marker(session, conversation, "alarm_seen", now, acting.adviser_id)
        audit(session, acting, conversation, "alarm_seen", now)
    return Done(conversation.id)


def _ringing(session: Session, acting: Acting) -> list[Conversation]:
    rings = select(Alarm.conversation_id).where(Alarm.seen_at.is_(None))
    found = session.scalars(
        select(Conversation)
        .where(Conversation.organisation_id.in_(acting.organisations), Conversation.closed_at.is_(None))
        .where(Conversation.id.in_(rings))
        .options(joinedload(Conversation.case))
        .order_by(Conversation.waiting_since.nulls_last(), Conversation.id)
    )
    return list(found)


def _rang_at(session: Session, conversation: Conversation) -> datetime | None:
    mine = (Alarm.conversation_id == conversation.id, Alarm.seen_at.is_(None))
    return session.scalar(select(Alarm.at).where(*mine).order_by(Alarm.id).limit(1))


def _text(conversation: Conversation, is_taken: bool) -> str:
    told = (
        said("Botten har svaret med de faste numre og tier nu.")
        if conversation.crisis_told
        else said("Botten har ikke svaret.")
    )
    if is_taken and conversation.adviser:
        return said("{told} {who} har samtalen.", told=told, who=first_name(conversation.adviser.name))
    case_adviser = conversation.case.adviser if conversation.case else None
    own = said(" {who} har sagen.", who=first_name(case_adviser.name)) if case_adviser else ""
    return said("{told}{own} Ingen har taget den endnu.", told=told, own=own)
