"""Messages whose last receipt never came: looked up at the gateway, more and more seldom, for a day.

Nothing is sent again for want of a receipt. What the gateway says counts as a receipt would; what it does not say for a
day, or has forgotten, stays as it is. "Sending" without the gateway's id is the outbox's own look-up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from bot import incidents
from bot.clock import Clock, in_utc
from bot.db import Database
from bot.gateway import Accepted, Gateway, GatewayDownError
from bot.heartbeats import beat
from bot.models import Conversation, Incident, Message, MessageStatus
from bot.receive import move
from bot.store import lock_conversation, record_status

log = structlog.get_logger()

#: So long after it was sent a message without its last receipt is looked up.
LOOKS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
#: What is older than this is not thought of any more.
_LATELY = timedelta(days=3)
#: In one round; the rest has its turn in the next.
_AT_MOST = 200
#: So many that the gateway cannot answer for are one that is down: each waits for its time-out.
_PATIENCE = 3
#: Stands in a message's history when the gateway knows it no more.
FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Silent:
    """A message that the gateway took, without its last receipt."""

    message_id: int
    conversation_id: int
    organisation_id: int
    sid: str
    sent_at: datetime
    last_word: datetime  #: when the gateway last said something about it


def is_due(sent_at: datetime, last_word: datetime, now: datetime) -> bool:
    """Whether one of the looks has come since the gateway's last word. In UTC."""
    passed = [sent_at + after for after in LOOKS if sent_at + after <= now]
    return bool(passed) and last_word < passed[-1]


def is_given_up(sent_at: datetime, last_word: datetime) -> bool:
    """Whether it was looked up for the last time."""
    return last_word >= sent_at + LOOKS[-1]


def look_up_receipts(db: Database, gateway: Gateway, clock: Clock) -> Counter[str]:
    """Look up what is due; how many are final, under way or forgotten.

    One that the gateway cannot answer for does not hold up the others. Raises GatewayDownError in the end.
    """
    clock = in_utc(clock)
    with db.read() as session:
        due = [each for each in _silent(session, clock()) if is_due(each.sent_at, each.last_word, clock())]
    counted: Counter[str] = Counter()
    failures: list[GatewayDownError] = []
    for each in due[:_AT_MOST]:
        try:
            known = gateway.fetch(each.sid)
        except GatewayDownError as error:
            log.warning("A receipt could not be looked up", action="receipt_unasked", why=str(error))
            failures.append(error)
            if len(failures) >= _PATIENCE:
                break
        else:
            counted[_record(db, each, known, clock())] += 1
    _tell(db, clock())
    if counted:
        log.info("Messages without a receipt were looked up", action="receipts_looked_up", **counted)
    if failures:
        raise failures[0]
    with db.write() as session:
        beat(session, "receipts", clock())
    return counted


def _record(db: Database, silent: Silent, known: Accepted | None, now: datetime) -> str:
    with db.write() as session:
        lock_conversation(session, silent.conversation_id)
        message = session.get_one(Message, silent.message_id, populate_existing=True)
        if known is None:
            record_status(session, message, message.status, "gateway", now, FORGOTTEN)
            return FORGOTTEN
        move(session, message, known.status, known.error, "gateway", now)
        return "under_way" if message.status in ("sending", "sent") else "final"


def _tell(db: Database, now: datetime) -> None:
    """An incident for each organisation whose messages are not told of; over when there are none any more."""
    with db.write() as session:
        given_up = Counter(
            each.organisation_id for each in _silent(session, now) if is_given_up(each.sent_at, each.last_word)
        )
        told = select(Incident.organisation_id).where(Incident.kind == "no_receipt", Incident.ended_at.is_(None))
        for organisation_id in {*session.scalars(told)} - {*given_up}:
            incidents.end(session, "no_receipt", now, organisation_id=organisation_id)
        for organisation_id, count in given_up.items():
            incident = incidents.report(session, "no_receipt", now, organisation_id=organisation_id)
            incident.detail = {"messages": count}


def _silent(session: Session, now: datetime) -> list[Silent]:
    """Those that the gateway still knows, as far as we know: the longest without a word first."""
    word = and_(MessageStatus.message_id == Message.id, MessageStatus.source.in_(("gateway", "receipt")))
    last_word = func.coalesce(func.max(MessageStatus.at), Message.attempted_at, type_=Message.attempted_at.type)
    noted = aliased(MessageStatus)
    forgotten = select(noted.id).where(noted.message_id == Message.id, noted.error == FORGOTTEN).exists()
    rows = session.execute(
        select(
            Message.id,
            Message.conversation_id,
            Conversation.organisation_id,
            Message.provider_sid,
            Message.attempted_at,
            last_word.label("last_word"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(MessageStatus, word)
        .where(Message.direction == "out", Message.status.in_(("sending", "sent")), Message.provider_sid.is_not(None))
        .where(Message.attempted_at <= now - LOOKS[0], Message.attempted_at >= now - _LATELY, ~forgotten)
        .group_by(Message.id, Conversation.organisation_id)
        .order_by(last_word, Message.id)
    )
    return [_of(*row, now) for row in rows]


def _of(
    message_id: int,
    conversation_id: int,
    organisation_id: int,
    sid: str | None,
    sent_at: datetime | None,
    last_word: datetime,
    now: datetime,
) -> Silent:
    sent_at = sent_at or last_word  # the query asks for those that have both
    in_now = now.tzinfo
    times = sent_at.astimezone(in_now), last_word.astimezone(in_now)
    return Silent(message_id, conversation_id, organisation_id, str(sid), *times)
