"""Which SMS goes next: replies before bulk, each number at its own rate, every conversation in order.

A lane is what one number has to send of one kind. Looking costs the same however much waits: from number to number
through the index of the outbox (``bot.models.conversation.WAITING``), its first of each kind, then the first of a lane.
The statements are built once; building one costs more than asking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import BindParameter, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from bot.models import Conversation, Hold, Message, SenderRate
from bot.models.conversation import WAITING

#: A database that was brought back from a backup sends nothing until it knows what was sent since (bot.backup).
_NOT_HELD = ~select(Hold.id).where(Hold.ended_at.is_(None)).exists()

What = TypeVar("What", Message, int)


@dataclass(frozen=True, slots=True)
class Lane:
    """The replies, or the bulk, of one number."""

    sender: str
    bulk: bool


def find_lane(session: Session, machine: datetime, now: datetime, *, replies_only: bool = False) -> Lane | None:
    """The first lane that has an SMS which may be dealt with now; ``machine`` is the machine's time, for leases."""
    connection = session.connection()
    for sender, bulk in connection.execute(LANES, {"machine": machine, "now": now}).all():
        lane = Lane(sender, bool(bulk))
        if not (lane.bulk and replies_only) and connection.execute(NEXT_ID, of(lane, machine, now)).first() is not None:
            return lane
    return None


def of(lane: Lane, machine: datetime, now: datetime) -> dict[str, object]:
    """What ``NEXT`` and ``NEXT_ID`` are asked with."""
    return {"sender": lane.sender, "bulk": lane.bulk, "machine": machine, "now": now}


def _lanes() -> Select[str, bool]:
    """The lanes with something due whose number may send, replies first, then by how long they wait.

    Each number is found by the one before it: grouping would read all that waits, and a wave is a hundred thousand.
    """
    numbers = select(func.min(Message.sender).label("number")).where(WAITING).cte("numbers", recursive=True)
    after = select(func.min(Message.sender)).where(WAITING, Message.sender > numbers.c.number).scalar_subquery()
    numbers = numbers.union_all(select(after).where(numbers.c.number.is_not(None)))
    kinds = select(false().label("bulk")).union_all(select(true())).subquery("kinds")
    first = select(func.min(Message.due_at)).where(
        WAITING, Message.sender == numbers.c.number, Message.bulk == kinds.c.bulk
    )
    ahead = select(numbers.c.number, kinds.c.bulk, first.scalar_subquery().label("since")).join(kinds, true())
    found = ahead.where(numbers.c.number.is_not(None), _NOT_HELD).subquery("found")
    return (
        select(found.c.number, found.c.bulk)
        .outerjoin(SenderRate, SenderRate.number == found.c.number)
        .where(or_(SenderRate.number.is_(None), SenderRate.next_at <= bindparam("machine")))
        .where(found.c.since <= bindparam("now"))
        .order_by(found.c.bulk, found.c.since, found.c.number)
    )


def _first_of_lane(what: Select[What]) -> Select[What]:
    """The first SMS of a lane that nobody has in hand and that nothing in its conversation goes before."""
    earlier = aliased(Message)
    now: BindParameter[datetime] = bindparam("now")
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
        what.where(WAITING, Message.sender == bindparam("sender"), Message.bulk == bindparam("bulk"))
        .where(Message.due_at <= now)
        .where(or_(Message.lease_until.is_(None), Message.lease_until < bindparam("machine")))
        .where(~before.exists())
        .order_by(Message.due_at, Message.id)
        .limit(1)
    )


LANES = _lanes()
NEXT_ID = _first_of_lane(select(Message.id))
#: The same, kept from all other workers until the transaction ends.
NEXT = (
    _first_of_lane(select(Message))
    .with_for_update(of=Message, skip_locked=True)
    .options(joinedload(Message.conversation, innerjoin=True).joinedload(Conversation.organisation, innerjoin=True))
)
