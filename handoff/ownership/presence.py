"""Who else looks at a conversation, or writes in it, right now. Only a hint: nothing is decided by it.

A page pings while it is open; what was not heard of for a while counts no more and is swept. The live feed compares
``snapshot`` with the last one, so that a ping of somebody who is there already is news to nobody.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.bell import ring_at_commit
from bot.models import Adviser, Conversation, Presence
from handoff.formats import first_name
from handoff.handoffs import Acting

#: A page pings every 15 seconds; two may be lost.
HERE = timedelta(seconds=40)
#: Who writes pings every few seconds.
WRITES = timedelta(seconds=12)
_SWEPT = timedelta(minutes=10)

#: (organisation, conversation, adviser, writes)
Seen = tuple[int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Others:
    """First names of the colleagues who are there; who writes is not named twice."""

    looking: tuple[str, ...] = ()
    writing: tuple[str, ...] = ()


def ping(session: Session, acting: Acting, conversation_id: int, now: datetime, *, writes: bool) -> bool:
    """This adviser is there. False where the conversation is none of theirs."""
    if not may_see(session, acting, conversation_id):
        return False
    session.execute(delete(Presence).where(Presence.seen_at < now - _SWEPT))
    told = {"seen_at": now, "typing_at": now if writes else None}
    mine = (Presence.adviser_id == acting.adviser_id, Presence.conversation_id == conversation_id)
    # Not read first: another window of the same adviser may say at this moment that it has gone elsewhere.
    known = update(Presence).where(*mine).values(**told).returning(Presence.adviser_id)
    if session.scalar(known.where(Presence.typing_at.is_not(None) if writes else Presence.typing_at.is_(None))):
        return True  # as before, which is news to nobody
    ring_at_commit(session, "live")
    if session.scalar(known):
        return True
    # Another window of theirs may come first, and says the same.
    with suppress(IntegrityError), session.begin_nested():
        session.add(Presence(adviser_id=acting.adviser_id, conversation_id=conversation_id, **told))
    return True


def leave(session: Session, acting: Acting, conversation_id: int) -> bool:
    """They have gone elsewhere. False where the conversation is none of theirs."""
    mine = (Presence.adviser_id == acting.adviser_id, Presence.conversation_id == conversation_id)
    session.execute(delete(Presence).where(*mine))
    ring_at_commit(session, "live")
    return may_see(session, acting, conversation_id)


def others(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Others:
    """The colleagues who are there now, in the order of their names."""
    rows = session.execute(
        select(Adviser.name, Presence.typing_at)
        .join(Adviser, Adviser.id == Presence.adviser_id)
        .where(Presence.conversation_id == conversation_id, Presence.adviser_id != acting.adviser_id)
        .where(Presence.seen_at > now - HERE, Adviser.is_active)
        .order_by(Adviser.name)
    ).all()
    writing = tuple(first_name(row.name) for row in rows if row.typing_at and row.typing_at > now - WRITES)
    return Others(tuple(n for row in rows if (n := first_name(row.name)) not in writing), writing)


def snapshot(session: Session) -> frozenset[Seen]:
    """Who is where, as the table says, for the feed of live events."""
    rows = session.execute(
        select(
            Conversation.organisation_id,
            Presence.conversation_id,
            Presence.adviser_id,
            Presence.typing_at.is_not(None),
        ).join(Conversation, Conversation.id == Presence.conversation_id)
    )
    return frozenset((row[0], row[1], row[2], bool(row[3])) for row in rows)


def may_see(session: Session, acting: Acting, conversation_id: int) -> bool:
    """Whether the conversation is of one of the adviser's organisations."""
    wanted = (Conversation.id == conversation_id, Conversation.organisation_id.in_(acting.organisations))
    return session.scalar(select(Conversation.id).where(*wanted)) is not None
