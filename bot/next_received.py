"""Which SMS in has its turn next: the oldest that nobody has in hand and that is the first of its conversation.

The statements are built once, and read the index of what waits (``bot.models.conversation.RECEIVED``): however many
were ever received, and however many wait, the next one is found at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.models import Conversation, Message
from bot.models.conversation import RECEIVED

_MESSAGES, _CONVERSATION = Message.__table__, Conversation.__table__.c
_MESSAGE = _MESSAGES.c


@dataclass(frozen=True, slots=True)
class Taken:
    """An SMS that this worker has on lease. The text is a copy: no transaction is open while it is understood."""

    message_id: int
    conversation_id: int
    text: str
    media: int
    cpr_removed: bool
    language: str
    at: datetime
    lease_until: datetime
    attempts: int


def claim(session: Session, now: datetime, until: datetime) -> Taken | None:
    """Take the next one on lease until then, in the caller's transaction; None: nothing waits."""
    connection = session.connection()
    row = connection.execute(NEXT, {"now": now}).first()
    if row is None:
        return None
    connection.execute(_LEASE, {"message": row.id, "until": until, "tries": row.attempts + 1})
    return Taken(
        message_id=row.id,
        conversation_id=row.conversation_id,
        text=row.body,
        media=row.media,
        cpr_removed=row.cpr_removed,
        language=row.language,
        at=row.at,
        lease_until=until,
        attempts=row.attempts + 1,
    )


def _next() -> Select[Any]:
    earlier = _MESSAGES.alias("earlier")
    before = select(earlier.c.id).where(
        earlier.c.conversation_id == _MESSAGE.conversation_id,
        earlier.c.direction == "in",
        earlier.c.status == "received",
        or_(earlier.c.at < _MESSAGE.at, and_(earlier.c.at == _MESSAGE.at, earlier.c.id < _MESSAGE.id)),
    )
    language = select(_CONVERSATION.language).where(_CONVERSATION.id == _MESSAGE.conversation_id).scalar_subquery()
    columns = ("id", "conversation_id", "body", "media", "cpr_removed", "at", "attempts")
    return (
        select(*(_MESSAGE[name] for name in columns), language.label("language"))
        .where(RECEIVED, _MESSAGE.direction == "in")
        .where(or_(_MESSAGE.lease_until.is_(None), _MESSAGE.lease_until < bindparam("now")))
        .where(~before.exists())
        .order_by(_MESSAGE.id)
        .limit(1)
        .with_for_update(of=_MESSAGES, skip_locked=True)
    )


NEXT = _next()
_LEASE = (
    update(Message)
    .where(_MESSAGE.id == bindparam("message"))
    .values(attempts=bindparam("tries"), lease_until=bindparam("until"))
)
