"""What the gateway tells us, written down at once: an SMS in, or a receipt of one out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Row, bindparam, case, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.aftermath import act_on_failure, take_back_failure
from bot.bell import ring_at_commit
from bot.blocked import IS_BLOCKED, account_works
from bot.contacts import attach
from bot.db import Database
from bot.delivery import forward, status_of
from bot.meters import SMS, once_committed
from bot.models import Case, Conversation, Message, MessageStatus, Organisation
from bot.nlu.masking import mask_cpr
from bot.store import (
    case_by_phone,
    conversation_with,
    locked_message,
    organisation_by_number,
    record_status,
)
from bot.thread import announce, announce_by_id

log = structlog.get_logger()

_Row = Row[*tuple[Any, ...]]

# What comes with every SMS is asked and written by columns, in statements built once: loading rows as objects and
# finding out what has changed in them was a third of what an acknowledgement cost.
_MESSAGE, _THREAD, _CASE = Message.__table__.c, Conversation.__table__.c, Case.__table__.c
_LIVES = (_CASE.status == "open") & ~_CASE.number_taken_off
_WITH_SID = select(_MESSAGE.id).where(_MESSAGE.provider_sid == bindparam("sid"))
_IS_KNOWN = _WITH_SID.exists().label("is_known")
_IS_ALIVE = select(_CASE.id).where(_CASE.id == bindparam("id"), _LIVES)
#: The thread with a number that has a living case: then nothing but the SMS is to be written.
_AT_HAND = (
    select(_THREAD.id, _THREAD.organisation_id, _THREAD.held_by, _THREAD.waiting_since, _THREAD.last_message_at)
    .add_columns(_IS_KNOWN)
    .join(Organisation.__table__, Organisation.__table__.c.id == _THREAD.organisation_id)
    .join(Case.__table__, _CASE.id == _THREAD.case_id)
    .where(Organisation.__table__.c.number == bindparam("number"), _THREAD.phone == bindparam("phone"), _LIVES)
    .with_for_update(of=Conversation.__table__, key_share=True)
)
_ITS_SID: Any = {"index_elements": [_MESSAGE.provider_sid]}
#: Stores an SMS, unless its sid is there already, perhaps since a moment ago and by another process.
_NEW = {
    "sqlite": sqlite.insert(Message).on_conflict_do_nothing(**_ITS_SID).returning(_MESSAGE.id),
    "postgresql": postgresql.insert(Message).on_conflict_do_nothing(**_ITS_SID).returning(_MESSAGE.id),
}
_HEARD = (
    update(Conversation)
    .where(_THREAD.id == bindparam("thread"))
    .values(last_message_at=bindparam("last"), waiting_since=bindparam("waiting"), closed_at=None, snoozed_until=None)
)
_STEP = insert(MessageStatus)

_BY_SID_FIRST = case((_MESSAGE.provider_sid == bindparam("sid"), 0), else_=1)
_IS_SPOKEN_OF = (_MESSAGE.direction == "out") & or_(
    _MESSAGE.id == bindparam("message"), _MESSAGE.provider_sid == bindparam("sid")
)
_ITS_THREAD = select(_MESSAGE.conversation_id).where(_IS_SPOKEN_OF).order_by(_BY_SID_FIRST).limit(1)
_HELD = (
    select(_THREAD.id, _THREAD.organisation_id, IS_BLOCKED)
    .where(_THREAD.id == _ITS_THREAD.scalar_subquery())
    .with_for_update(of=Conversation.__table__, key_share=True)
)
_SPOKEN_OF = (
    select(_MESSAGE.id, _MESSAGE.conversation_id, _MESSAGE.provider_sid, _MESSAGE.status)
    .where(_IS_SPOKEN_OF)
    .order_by(_BY_SID_FIRST)
    .limit(1)
)
_MOVED = update(Message).where(_MESSAGE.id == bindparam("moved")).values(status=bindparam("to"), error=None)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One SMS as the gateway delivers it; ``sid`` is the same when it is delivered again.

    ``at`` is the gateway's time of one that is found later, in its list; None: it has just come.
    """

    sid: str
    sender: str
    to: str
    body: str
    media: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The gateway's word on one message out; ``message_id`` is ours, from the receipt's URL."""

    message_id: int | None
    sid: str
    status: str
    error: str | None = None


def receive(db: Database, inbound: Inbound, now: datetime) -> Literal["stored", "repeat", "unknown_organisation"]:
    """Store one SMS, CPR numbers masked, and commit. A repeat of a sid changes nothing."""
    wanted = {"number": inbound.to, "phone": inbound.sender, "sid": inbound.sid}
    with db.write() as session:
        at_hand = session.connection().execute(_AT_HAND, wanted).first()
        if at_hand is not None and at_hand.is_known:
            return "repeat"
        thread = at_hand or _thread_made(session, inbound, now)
        if isinstance(thread, str):
            return thread
        return "stored" if _store(db, session, thread, inbound, now) else "repeat"


def _thread_made(
    session: Session, inbound: Inbound, now: datetime
) -> Conversation | Literal["repeat", "unknown_organisation"]:
    """The thread of a number that has none yet, or no living case."""
    if session.connection().execute(_WITH_SID, {"sid": inbound.sid}).scalar() is not None:
        return "repeat"
    organisation = organisation_by_number(session, inbound.to)
    if organisation is None:
        return "unknown_organisation"
    conversation = conversation_with(session, organisation, inbound.sender, now)
    attach_case(session, conversation)
    session.flush()
    return conversation


def attach_case(session: Session, conversation: Conversation) -> None:
    """A number that was unknown, or whose case has ended, may have got another case since."""
    if conversation.case_id and session.connection().execute(_IS_ALIVE, {"id": conversation.case_id}).first():
        return
    if conversation.case is not None and conversation.case.status == "open":
        _revive_number(conversation, conversation.case)
        return
    case = case_by_phone(session, conversation.organisation_id, conversation.phone)
    if case is not None and (conversation.case is None or case.status == "open"):
        attach(conversation, case)


def _revive_number(conversation: Conversation, case: Case) -> None:
    """A number that the gateway called dead, and that writes, is alive; a stranger's stays off the case."""
    is_strangers = conversation.state.get("slots", {}).get("wrong_person", False)
    if case.number_taken_off and not is_strangers and case.resident.phone == conversation.phone:
        case.number_taken_off = False


def _store(db: Database, session: Session, thread: Conversation | _Row, inbound: Inbound, now: datetime) -> bool:
    """Write it all down; False: it was there already, and nothing is written."""
    body, removed = mask_cpr(inbound.body.replace("\x00", ""))
    written = min(inbound.at, now) if inbound.at else now  # a late one stands in the thread where it was written
    row = {
        "conversation_id": thread.id,
        "direction": "in",
        "author": "resident",
        "body": body,
        "status": "received",
        "at": written,
        "provider_sid": inbound.sid,
        "media": inbound.media,
        "cpr_removed": removed,
    }
    connection = session.connection()
    message_id = connection.execute(_NEW[connection.dialect.name], row).scalar()
    if message_id is None:
        return False
    last = max(thread.last_message_at or written, written, key=datetime.timestamp)
    waiting = thread.waiting_since or (written if thread.held_by != "bot" else None)
    connection.execute(_HEARD, {"thread": thread.id, "last": last, "waiting": waiting})
    step = {"message_id": message_id, "status": "received", "error": None, "source": "gateway", "at": now}
    connection.execute(_STEP, step)
    if db.index is not None:
        db.index.index_written(connection, thread.organisation_id, thread.id, body)
    ring_at_commit(session, "turns")
    announce_by_id(session, thread.organisation_id, thread.id, "message", now)
    once_committed(session, lambda: _told(message_id, thread.id))
    return True


def _told(message_id: int, conversation_id: int) -> None:
    """In the log this joins a request's id to the message's: from here on its turn and its answer have that one."""
    SMS.labels("in", "received").inc()
    log.info("An SMS was stored", action="received", message=message_id, conversation=conversation_id)


def record_receipt(db: Database, receipt: Receipt, now: datetime) -> None:
    """Move the message forward, never back; any order of the same receipts ends alike."""
    status = status_of(receipt.status)
    if status is None:
        log.warning("A receipt with a status that we do not know", action="receipt_unknown")
        return
    with db.write() as session:
        meant = {"message": receipt.message_id or None, "sid": receipt.sid or None}
        connection = session.connection()
        thread = connection.execute(_HELD, meant).first()
        message = connection.execute(_SPOKEN_OF, meant).first() if thread else None
        if thread is None or message is None or not _is_of(message, receipt):
            log.warning("A receipt of a message that we do not have", action="receipt_orphaned")
        elif _is_everyday(thread, message, status):
            _move_on(session, thread, message, status, receipt.error, now)
        else:
            row = locked_message(session, message.id, message.conversation_id)
            row.provider_sid = row.provider_sid or receipt.sid or None
            move(session, row, status, receipt.error, "receipt", now)


def _is_of(message: _Row, receipt: Receipt) -> bool:
    # The gateway's own id first: after a backup was brought back, one of our ids may be that of another message.
    # And another attempt's receipt does not speak of the message that counts.
    return not receipt.sid or message.provider_sid in (None, receipt.sid)


def _is_everyday(thread: _Row, message: _Row, status: str) -> bool:
    """Good news of what had gone well so far: nothing follows from it but that it is written down."""
    well = {"sending", "sent", "delivered"}
    return bool(message.provider_sid) and not thread.is_blocked and {message.status, status} <= well


def _move_on(session: Session, thread: _Row, message: _Row, status: str, error: str | None, now: datetime) -> None:
    """What ``move`` does with good news."""
    step = {"message_id": message.id, "status": status, "error": error, "source": "receipt", "at": now}
    session.connection().execute(_STEP, step)
    if status != message.status:  # a receipt that comes twice is counted once
        once_committed(session, SMS.labels("out", status).inc)
    moved = forward(message.status, status)
    if moved != message.status:
        session.connection().execute(_MOVED, {"moved": message.id, "to": moved})
        announce_by_id(session, thread.organisation_id, thread.id, "status", now)


def move(session: Session, message: Message, status: str, error: str | None, source: str, now: datetime) -> None:
    """Take one word on a message out: its history, its status if it goes forward, and what follows from a failure.

    The message's conversation must be locked.
    """
    if message.status == "refused" or message.direction != "out":
        return
    record_status(session, message, status, source, now, error)
    moved = forward(message.status, status)
    if moved == message.status:
        return
    had_failed = message.status in ("failed", "undelivered")
    message.status = moved
    message.error = error if moved in ("failed", "undelivered", "refused") else None
    conversation = message.conversation
    announce(session, conversation, "status", now)
    if moved in ("failed", "undelivered") and not had_failed:
        act_on_failure(session, message, now)
    if moved == "delivered" and had_failed:
        take_back_failure(session, message, now)
    if moved in ("sent", "delivered"):
        account_works(session, message, now)
