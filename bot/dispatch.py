"""Sends what is due in the outbox. Per conversation in order, replies before bulk, one rate a sender for all workers.

"sending" and the time are committed before the gateway is called. Where the process dies, or the answer is lost, the
lease runs out and the message is looked up at the gateway before anything is sent again. Leases and rates run by the
machine's clock, since the demo's can jump.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.aftermath import ask_human_if_late, hold_back
from bot.backoff import pause
from bot.clock import Clock, in_utc, machine_clock
from bot.contact_check import Refuse, Send, Wait, recheck
from bot.db import Database
from bot.gateway import Accepted, Answer, Gateway, GatewayDownError, NeverArrived, NotTaken, Outgoing, Refused, Unclear
from bot.models import Message, SenderRate
from bot.next_due import NEXT, Lane, find_lane, of
from bot.organisations import read_settings
from bot.pause_expiry import tell_if_paused
from bot.receive import move
from bot.store import known_sids, lock_conversation, record_status, same_moment
from bot.wave_look import valid_seconds

log = structlog.get_logger()

#: Longer than the gateway's time-out, so that nobody takes a message whose call still runs.
LEASE = timedelta(seconds=30)
#: After a failed or unclear attempt; by then the gateway's list shows what it took.
_RETRY = timedelta(seconds=3)
_LONGEST_PAUSE = timedelta(minutes=5)
#: What a number leaves the gateway alone for when it was told to slow down; an answer can bear that.
_BREATH = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may hand over; ``since`` is set when an earlier attempt's outcome is unclear."""

    message_id: int
    conversation_id: int
    outgoing: Outgoing
    lease_until: datetime
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A message that was refused or put off, without a call."""


class Dispatch:
    """Hands due messages to the gateway, one at a time."""

    def __init__(
        self, db: Database, clock: Clock, gateway: Gateway, public_url: str, machine: Clock = machine_clock
    ) -> None:
        self._db, self._clock, self._machine = db, clock, in_utc(machine)
        self._gateway, self._receipts = gateway, public_url.rstrip("/") + "/sms/status"

    def send_next(self, found: Callable[[], None] = lambda: None) -> bool:
        """Hand over the next message that is due; True when there was one to deal with. ``found`` is told first."""
        return self._send(found, replies_only=False)

    def send_reply(self, found: Callable[[], None] = lambda: None) -> bool:
        """The same for replies alone: whoever does only this is free while the others wait for a slow gateway."""
        return self._send(found, replies_only=True)

    def _send(self, found: Callable[[], None], *, replies_only: bool) -> bool:
        with self._db.read() as session:  # a look that finds nothing must not keep others from writing
            lane = find_lane(session, self._machine(), self._clock(), replies_only=replies_only)
        claimed = self._claim(lane) if lane is not None else None
        if isinstance(claimed, Claimed):
            found()
            self._settle(claimed, self._ask(claimed))
        return claimed is not None

    def _claim(self, lane: Lane) -> Claimed | Passed | None:
        with self._db.write() as session:
            rate = _locked_rate(session, lane.sender, self._machine)
            machine, now = self._machine(), self._clock()  # read after the lock, or the rate leaks
            if rate.next_at > machine:
                return None
            message = session.scalar(NEXT, of(lane, machine, now))
            if message is None:
                return None
            verdict = recheck(session, message, now) if message.status == "queued" else Send()
            match verdict:
                case Refuse(why):
                    move(session, message, "refused", why, "us", now)
                    tell_if_paused(session, message, why, now)
                    return Passed()
                case Wait(until):
                    message.due_at = until
                    return Passed()
                case Send():
                    a_second = read_settings(message.conversation.organisation.settings).messages_per_second
                    rate.next_at = machine + timedelta(seconds=1 / a_second)
                    return self._take(session, message, now)
                case _:
                    assert_never(verdict)

    def _take(self, session: Session, message: Message, now: datetime) -> Claimed:
        since = message.attempted_at
        message.attempted_at = since or now
        message.attempts += 1
        message.lease_until = self._machine() + LEASE
        move(session, message, "sending", None, "us", now)
        return Claimed(
            message_id=message.id,
            conversation_id=message.conversation_id,
            outgoing=Outgoing(
                sender=message.sender,
                to=message.conversation.phone,
                body=message.body,
                receipt_url=f"{self._receipts}?message={message.id}",
                valid_seconds=valid_seconds(message, now),
            ),
            lease_until=message.lease_until,
            since=since,
        )

    def _ask(self, claimed: Claimed) -> Answer | NeverArrived:
        """Send, or look an unclear attempt up. Never both: whether it may still be sent is asked anew."""
        if claimed.since is None:
            return self._gateway.send(claimed.outgoing)
        with self._db.read() as session:
            known = known_sids(session, claimed.conversation_id)
        try:
            return self._gateway.look_up(claimed.outgoing, claimed.since, known) or NeverArrived()
        except GatewayDownError as error:
            return Unclear(str(error))

    def _settle(self, claimed: Claimed, answer: Answer | NeverArrived) -> None:
        with self._db.write() as session:
            lock_conversation(session, claimed.conversation_id)
            message = session.get_one(Message, claimed.message_id, populate_existing=True)
            if message.provider_sid is not None or not same_moment(message.lease_until, claimed.lease_until):
                return  # a receipt or another worker knew it first
            self._write_down(session, message, answer, self._clock())
        answered = type(answer).__name__
        ids = {"message": claimed.message_id, "conversation": claimed.conversation_id}
        log.info("A message was handed over", action="dispatched", **ids, answer=answered)

    def _write_down(self, session: Session, message: Message, answer: Answer | NeverArrived, now: datetime) -> None:
        match answer:
            case Accepted(sid, status, error):
                message.provider_sid, message.lease_until = sid, None
                move(session, message, status, error, "gateway", now)
            case Refused(code):
                message.lease_until = None
                if not hold_back(session, message, code, now):
                    move(session, message, "failed", code, "gateway", now)
            case NotTaken() | NeverArrived():
                # Nothing of it is there, so there is nothing to look up: back to the queue, as if untried.
                message.status, message.attempted_at = "queued", None
                record_status(session, message, "queued", "us", now)
                again = isinstance(answer, NeverArrived)
                message.lease_until = None if again else self._after(message)
                ask_human_if_late(session, message, now)
                if isinstance(answer, NotTaken) and answer.why == "rate":
                    rest = max(_BREATH, timedelta(seconds=answer.after))
                    _slow_down(session, message.sender, self._machine() + rest)
            case Unclear():
                message.lease_until = self._after(message)
                ask_human_if_late(session, message, now)
            case _:
                assert_never(answer)

    def _after(self, message: Message) -> datetime:
        return self._machine() + pause(message.id, message.attempts, _RETRY, _LONGEST_PAUSE)


def _locked_rate(session: Session, sender: str, machine: Clock) -> SenderRate:
    """When the number may send next, held until the commit: one rate for all workers of all processes."""
    wanted = select(SenderRate).where(SenderRate.number == sender).with_for_update()
    rate = session.scalar(wanted)
    if rate is not None:
        return rate
    try:
        with session.begin_nested():
            made = SenderRate(number=sender, next_at=machine())
            session.add(made)
    except IntegrityError:  # another worker came first
        return session.scalars(wanted).one()
    return made


def _slow_down(session: Session, sender: str, until: datetime) -> None:
    """The gateway has too much of us at once: nobody sends from this number for a moment."""
    number = (SenderRate.number == sender, SenderRate.next_at < until)
    session.execute(update(SenderRate).where(*number).values(next_at=until))
