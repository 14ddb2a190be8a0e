"""Which SMS goes next: replies before bulk, each number at its own rate, every conversation in order.

A lane is what one number has to send of one kind. Looking costs the same however much waits: first the lanes whose
number may send now, then the first of a lane, both from the index of the outbox (``bot.models.conversation.WAITING``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.models import Message, SenderRate
from bot.models.conversation import WAITING


@dataclass(frozen=True, slots=True)
class Lane:
    """The replies, or the bulk, of one number."""

    sender: str
    bulk: bool


def find_lane(session: Session, machine: datetime, now: datetime, *, replies_only: bool = False) -> Lane | None:
    """The first lane that has an SMS which may be dealt with now; ``machine`` is the machine's time, for leases."""
    for sender, bulk in session.execute(lanes(machine, now)):
        lane = Lane(sender, bulk)
        if not (bulk and replies_only) and session.scalar(next_in(lane, machine, now)) is not None:
            return lane
    return None


def lanes(machine: datetime, now: datetime) -> Select[str, bool]:
    """The lanes with something due whose number may send, replies first, then by how long they wait."""
    since = func.min(Message.due_at)
    return (
        select(Message.sender, Message.bulk)
        .outerjoin(SenderRate, SenderRate.number == Message.sender)
        .where(WAITING, or_(SenderRate.number.is_(None), SenderRate.next_at <= machine))
        .group_by(Message.sender, Message.bulk)
        .having(since <= now)
        .order_by(Message.bulk, since, Message.sender)
    )


def next_in(lane: Lane, machine: datetime, now: datetime) -> Select[Message]:
    """The first SMS of a lane that nobody has in hand and that nothing in its conversation goes before."""
    earlier = aliased(Message)
    before = select(earlier.id).where(
        earlier.conversation_id == Message.conversation_id,
        earlier.direction == "out",
        earlier.id != Message.id,
        or_(
            # Of two unclear ones the older goes first, or each would wait for the other for ever.
            and_(
                earlier.status == "sending",
                earlier.provider_sid.is_(None),
                or_(Message.status == "queued", earlier.id < Message.id),
            ),
            and_(
                earlier.status == "queued", earlier.due_at <= now, earlier.bulk == Message.bulk, earlier.id < Message.id
            ),
        ),
    )
    return (
        select(Message)
        .where(WAITING, Message.sender == lane.sender, Message.bulk == lane.bulk, Message.due_at <= now)
        .where(or_(Message.lease_until.is_(None), Message.lease_until < machine))
        .where(~before.exists())
        .order_by(Message.due_at, Message.id)
        .limit(1)
    )
