"""What the gateway tells us, written down at once: an SMS in, or a receipt of one out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy import bindparam, case, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.aftermath import act_on_failure, take_back_failure
from bot.blocked import account_works
from bot.contacts import attach
from bot.db import Database
from bot.delivery import forward, status_of
from bot.meters import SMS, once_committed
from bot.models import Case, Conversation, Message
from bot.nlu.masking import mask_cpr
from bot.store import (
    case_by_phone,
    conversation_with,
    locked_message,
    organisation_by_number,
    record_first,
    record_status,
)
from bot.thread import announce

log = structlog.get_logger()

_MESSAGE = Message.__table__.c
_WITH_SID = select(_MESSAGE.id).where(_MESSAGE.provider_sid == bindparam("sid"))
_SPOKEN_OF = (
    select(_MESSAGE.id, _MESSAGE.conversation_id, _MESSAGE.provider_sid)
    .where(_MESSAGE.direction == "out")
    .where(or_(_MESSAGE.id == bindparam("id"), _MESSAGE.provider_sid == bindparam("sid")))
    .order_by(case((_MESSAGE.provider_sid == bindparam("sid"), 0), else_=1))
    .limit(1)
)
_CASE = Case.__table__.c
_IS_ALIVE = select(_CASE.id).where(_CASE.id == bindparam("id"), _CASE.status == "open", ~_CASE.number_taken_off)


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
    try:
        with db.write() as session:
            if session.connection().execute(_WITH_SID, {"sid": inbound.sid}).scalar() is not None:
                return "repeat"
            organisation = organisation_by_number(session, inbound.to)
            if organisation is None:
                return "unknown_organisation"
            conversation = conversation_with(session, organisation, inbound.sender, now)
            attach_case(session, conversation)
            _store(session, conversation, inbound, now)
    except IntegrityError:  # the same sid at the same moment, in another process
        if not _is_known(db, inbound.sid):
            raise
        return "repeat"
    return "stored"


def _is_known(db: Database, sid: str) -> bool:
    with db.read() as session:
        return session.connection().execute(_WITH_SID, {"sid": sid}).scalar() is not None


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


def _store(session: Session, conversation: Conversation, inbound: Inbound, now: datetime) -> None:
    body, removed = mask_cpr(inbound.body.replace("\x00", ""))
    written = min(inbound.at, now) if inbound.at else now  # a late one stands in the thread where it was written
    message = Message(
        conversation_id=conversation.id,
        direction="in",
        author="resident",
        body=body,
        status="received",
        at=written,
        provider_sid=inbound.sid,
        media=inbound.media,
        cpr_removed=removed,
    )
    session.add(message)
    conversation.last_message_at = max(conversation.last_message_at or written, written, key=datetime.timestamp)
    conversation.closed_at = conversation.snoozed_until = None
    if conversation.held_by != "bot" and conversation.waiting_since is None:
        conversation.waiting_since = written
    session.flush()
    record_first(session, [message], "received", "gateway", now)
    announce(session, conversation, "message", now)
    once_committed(session, lambda: _told(message.id, conversation.id))


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
        message = _message_of(session, receipt)
        if message is None:
            log.warning("A receipt of a message that we do not have", action="receipt_orphaned")
            return
        message.provider_sid = message.provider_sid or receipt.sid or None
        move(session, message, status, receipt.error, "receipt", now)


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


def _message_of(session: Session, receipt: Receipt) -> Message | None:
    # The gateway's own id first: after a backup was brought back, one of our ids may be that of another message.
    meant = {"id": receipt.message_id or None, "sid": receipt.sid or None}
    found = session.connection().execute(_SPOKEN_OF, meant).first()
    if found is None:
        return None
    if receipt.sid and found.provider_sid not in (None, receipt.sid):
        return None  # another attempt's receipt: it does not speak of the message that counts
    return locked_message(session, found.id, found.conversation_id)
