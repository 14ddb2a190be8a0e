"""Tells each address what it is to be told, at least once: a call whose outcome is unknown is made again.

Its ``webhook-id`` is the same each time, so that the receiver can tell. After some two days we give up, and say so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.backoff import pause
from bot.clock import Clock, in_utc, machine_clock
from bot.db import Database
from bot.hooks.port import Answered, Posts
from bot.hooks.signature import sign
from bot.incidents import end, report
from bot.models import Organisation, Webhook, WebhookDelivery

log = structlog.get_logger()

#: Longer than a call can take.
_LEASE = timedelta(seconds=60)
_FIRST, _LONGEST = timedelta(seconds=20), timedelta(hours=6)
TRIES = 18


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to be made."""

    delivery_id: int
    url: str
    secret: str
    body: bytes
    tries: int


class Deliveries:
    """Makes the calls that are due, one at a time. Any number of processes may."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        caller: Posts,
        machine: Clock = machine_clock,
        opened: Callable[[str], str | None] = str,
    ) -> None:
        """``opened`` reads a secret as it is stored; None where it cannot be read."""
        self._db, self._clock, self._caller, self._machine = db, clock, caller, in_utc(machine)
        self._opened = opened

    def deliver_next(self) -> bool:
        """Make the next call that is due; True when there was one."""
        with self._db.read() as session:  # a look that finds nothing must not keep others from writing
            if session.scalar(_due(self._clock())) is None:
                return False
        call = self._take()
        if call is not None:
            self._settle(call, self._make(call))
        return call is not None

    def _take(self) -> Call | None:
        now = self._clock()
        with self._db.write() as session:
            found = session.scalar(_due(now).with_for_update(of=WebhookDelivery, skip_locked=True))
            if found is None:
                return None
            hook = found.webhook
            if hook.removed_at is not None:
                found.given_up_at, found.error = now, "removed"
                return None
            found.tries += 1
            found.due_at = now + _LEASE  # should we die now, it is made again after that
            return Call(found.id, hook.url, hook.secret, _body(session, found), found.tries)

    def _make(self, call: Call) -> Answered:
        secret = self._opened(call.secret)
        if secret is None:
            return Answered("SealedWithAnotherKey")
        call_id, seconds = f"evt_{call.delivery_id}", int(self._machine().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Redningskrans",
            "webhook-id": call_id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(secret, call_id, seconds, call.body),
        }
        return self._caller.post(call.url, call.body, headers)

    def _settle(self, call: Call, answered: Answered) -> None:
        with self._db.write() as session:
            now = self._clock()
            found = session.get(WebhookDelivery, call.delivery_id, with_for_update=True)
            if found is None or found.delivered_at is not None:
                return
            found.error = answered.problem[:80] or None
            if not answered.problem:
                found.delivered_at = now
                end(session, "webhook_fails", now, **_about(found.webhook))
            elif answered.is_gone or call.tries >= TRIES:
                found.given_up_at = now
                report(session, "webhook_fails", now, **_about(found.webhook))
                log.warning("A webhook was given up", action="webhook_given_up", delivery=found.id)
            else:
                found.due_at = now + pause(found.id, call.tries, _FIRST, _LONGEST)


def _due(now: datetime) -> Any:
    open_ = (WebhookDelivery.delivered_at.is_(None), WebhookDelivery.given_up_at.is_(None))
    wanted = select(WebhookDelivery).where(*open_, WebhookDelivery.due_at <= now)
    joined = wanted.options(joinedload(WebhookDelivery.webhook, innerjoin=True))
    return joined.order_by(WebhookDelivery.due_at, WebhookDelivery.id).limit(1)


def _about(hook: Webhook) -> dict[str, Any]:
    return {"organisation_id": hook.organisation_id, "subject": str(hook.id)}


def _body(session: Session, delivery: WebhookDelivery) -> bytes:
    organisation = session.get_one(Organisation, delivery.webhook.organisation_id)
    told = {
        "type": delivery.event,
        "timestamp": delivery.at.isoformat(),
        "organisation": organisation.slug,
        "data": delivery.payload,
    }
    return json.dumps(told, ensure_ascii=False).encode()
