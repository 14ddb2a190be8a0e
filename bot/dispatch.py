"""Sends what is due in the outbox. Per conversation in order, replies before bulk, one rate a sender for all workers.

"sending" and the time are committed before the gateway is called. Where the process dies, or the answer is lost, the
lease runs out and the message is looked up at the gateway before anything is sent again. Leases and rates run by the
machine's clock, since the demo's can jump.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

import structlog
from sqlalchemy.orm import Session

from bot.aftermath import ask_human_if_late, hold_back
from bot.backoff import pause
from bot.clock import Clock, in_utc, machine_clock
from bot.contact_check import Refuse, Send, Wait, recheck
from bot.db import Database
from bot.gateway import Accepted, Answer, Gateway, GatewayDownError, NeverArrived, NotTaken, Outgoing, Refused, Unclear
from bot.models import Message
from bot.next_due import NEXT, Lane, find_lane, of
from bot.one_row import write_row
from bot.organisations import read_settings
from bot.pause_expiry import tell_if_paused
from bot.receive import move
from bot.sender_rate import free_rate, locked_rate, set_rate, slow_down
from bot.store import known_sids, locked_message, record_status, same_moment
from bot.wave_look import valid_seconds

log = structlog.get_logger()

#: Longer than the gateway's time-out, so that nobody takes a message whose call still runs.
LEASE = timedelta(seconds=30)
#: After a failed or unclear attempt; by then the gateway's list shows what it took.
_RETRY = timedelta(seconds=3)
_LONGEST_PAUSE = timedelta(minutes=5)
#: For so long a worker goes on without a look at whether it is to stop.
SOME = timedelta(seconds=1)
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
        return self._send(found, replies_only=False, goes_on=False)

    def send_reply(self, found: Callable[[], None] = lambda: None) -> bool:
        """The same for replies alone: whoever does only this is free while the others wait for a slow gateway."""
        return self._send(found, replies_only=True, goes_on=False)

    def send_some(self, found: Callable[[], None] = lambda: None) -> bool:
        """The same as ``send_next``, and for a moment those behind it: each is claimed in the commit that writes down
        what the gateway said of the one before it."""
        return self._send(found, replies_only=False, goes_on=True)

    def send_replies(self, found: Callable[[], None] = lambda: None) -> bool:
        """The same for replies alone."""
        return self._send(found, replies_only=True, goes_on=True)

    def _send(self, found: Callable[[], None], *, replies_only: bool, goes_on: bool) -> bool:
        with self._db.read() as session:  # a look that finds nothing must not keep others from writing
            lane = find_lane(session, self._machine(), self._clock(), replies_only=replies_only)
        claimed = self._claim(lane) if lane is not None else None
        if not isinstance(claimed, Claimed):
            return claimed is not None
        found()
        until = self._machine() + SOME
        while isinstance(claimed, Claimed):
            more = goes_on and self._machine() < until
            claimed = self._settle(claimed, self._ask(claimed), partial(self._go_on, replies_only) if more else None)
        return True

    def _claim(self, lane: Lane) -> Claimed | Passed | None:
        with self._db.write() as session:
            return self._claim_in(session, lane, locked_rate(session, lane.sender, self._machine))

    def _go_on(self, replies_only: bool, session: Session) -> Claimed | Passed | None:
        """Claim the next one while a conversation is held: so nobody is waited for who may wait for us."""
        lane = find_lane(session, self._machine(), self._clock(), replies_only=replies_only)
        free_at = free_rate(session, lane.sender) if lane is not None else None
        return self._claim_in(session, lane, free_at) if lane is not None and free_at is not None else None

    def _claim_in(self, session: Session, lane: Lane, free_at: datetime) -> Claimed | Passed | None:
        machine, now = self._machine(), self._clock()  # read after the lock, or the rate leaks
        if free_at > machine:
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
                set_rate(session, lane.sender, machine + timedelta(seconds=1 / a_second))
                return self._take(session, message, now)
            case _:
                assert_never(verdict)

    def _take(self, session: Session, message: Message, now: datetime) -> Claimed:
        since = message.attempted_at
        message.attempted_at = since or now
        message.attempts += 1
        message.lease_until = self._machine() + LEASE
        lease_until = message.lease_until
        move(session, message, "sending", None, "us", now)
        claimed = Claimed(
            message_id=message.id,
            conversation_id=message.conversation_id,
            outgoing=Outgoing(
                sender=message.sender,
                to=message.conversation.phone,
                body=message.body,
                receipt_url=f"{self._receipts}?message={message.id}",
                valid_seconds=valid_seconds(message, now),
            ),
            lease_until=lease_until,
            since=since,
        )
        write_row(session, message)
        return claimed

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

    def _settle(
        self,
        claimed: Claimed,
        answer: Answer | NeverArrived,
        go_on: Callable[[Session], Claimed | Passed | None] | None,
    ) -> Claimed | Passed | None:
        then = None
        try:
            with self._db.write() as session:
                self._settle_in(session, claimed, answer)
                then = go_on(session) if go_on is not None else None
        except Exception:
            if go_on is None:
                raise
            return self._settle(claimed, answer, None)  # what is wrong with the next one must not touch this one
        answered = type(answer).__name__
        ids = {"message": claimed.message_id, "conversation": claimed.conversation_id}
        log.info("A message was handed over", action="dispatched", **ids, answer=answered)
        return then

    def _settle_in(self, session: Session, claimed: Claimed, answer: Answer | NeverArrived) -> None:
        message = locked_message(session, claimed.message_id, claimed.conversation_id)
        # Else a receipt or another worker knew it first.
        if message.provider_sid is None and same_moment(message.lease_until, claimed.lease_until):
            self._write_down(session, message, answer, self._clock())
            write_row(session, message)  # what it stood in the way of is asked for next

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
                    slow_down(session, message.sender, self._machine() + rest)
            case Unclear():
                message.lease_until = self._after(message)
                ask_human_if_late(session, message, now)
            case _:
                assert_never(answer)

    def _after(self, message: Message) -> datetime:
        return self._machine() + pause(message.id, message.attempts, _RETRY, _LONGEST_PAUSE)
