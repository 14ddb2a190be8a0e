"""Delivers the webhooks that wait in the database: signed, in order for each handset, again after a failed connection.

One process runs the postman (``start``); any process may leave webhooks for it. A webhook is forgotten only after the
service has answered it (whatever it answered: Twilio does not ask twice either), so a kill loses none.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import requests
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.simulator.signature import sign
from bot.simulator.tables import SimCallback

log = logging.getLogger(__name__)

#: url, form, headers -> status code; raises requests.RequestException when there was no answer.
Post = Callable[[str, Mapping[str, str], Mapping[str, str]], int]
#: Told in the transaction that ends a webhook: what it was, and the answer (None: never one).
Ended = Callable[[Session, SimCallback, int | None], None]

#: Seconds before the next try; after the last one the webhook is given up.
BACKOFF = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_LANES = 8
_LOOK_AGAIN = 0.2
_FAREWELL = 5.0  # what is unanswered by then is delivered again after the next start
_TIMEOUT = (5, 15)  # Twilio's own: to connect, to be answered


def post(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
    """One request on a connection of its own, past any proxy: the service is on this machine."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(url, data=form, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        return answer.status_code


class Postman:
    """A few threads, each with one handset at a time."""

    def __init__(self, db: Database, auth_token: str, machine: Clock, ended: Ended, post: Post = post) -> None:
        self.db = db
        self.auth_token = auth_token
        self.machine = machine
        self.ended = ended
        self.post = post
        self._changed = threading.Condition()
        self._busy: set[str] = set()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._stopping = False

    def start(self) -> None:
        """Begin to deliver, in threads that end with the process."""
        self._stopping = False
        targets = [self._watch, *[self._serve] * _LANES]
        self._threads = [threading.Thread(target=t, name=f"postman-{i}", daemon=True) for i, t in enumerate(targets)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is in hand and end; the rest waits in the database."""
        self._stopping = True
        self.wake()
        for _ in self._threads[1:]:  # the first one watches
            self._lines.put(None)
        deadline = time.monotonic() + _FAREWELL
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        self._threads = []

    def wake(self) -> None:
        """Something new waits."""
        with self._changed:
            self._changed.notify_all()

    def idle(self, message_id: int | None = None) -> bool:
        """True when nothing (of one message) waits to be delivered."""
        waiting = select(SimCallback.id).limit(1)
        if message_id is not None:
            waiting = waiting.where(SimCallback.message_id == message_id)
        with self.db.read() as session:
            return session.scalar(waiting) is None

    def drain(self, timeout: float, message_id: int | None = None) -> bool:
        """Wait until nothing (of one message) waits any more; False when that took longer than ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while not self.idle(message_id):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with self._changed:
                self._changed.wait(min(left, _LOOK_AGAIN / 4))
        return True

    def _watch(self) -> None:
        while not self._stopping:
            try:
                found = self._hand_out()
            except SQLAlchemyError:
                self._report()
                found = False
            if not found:
                self._rest()

    def deliver_due(self) -> int:
        """Deliver in the caller's thread what is due, and count it: for who has no threads running."""
        count = 0
        for phone in self._waiting():
            while callback := self._next(phone):
                self._deliver(callback)
                count += 1
        return count

    def next_due(self) -> datetime | None:
        """When the first webhook that can be delivered is due; None: nothing waits."""
        heads = select(func.min(SimCallback.id)).group_by(SimCallback.phone)
        with self.db.read() as session:
            return session.scalar(select(func.min(SimCallback.due)).where(SimCallback.id.in_(heads)))

    def _waiting(self) -> list[str]:
        heads = select(func.min(SimCallback.id)).group_by(SimCallback.phone)
        query = select(SimCallback.phone).where(SimCallback.id.in_(heads), SimCallback.due <= self.machine())
        with self.db.read() as session:
            return list(session.scalars(query.order_by(SimCallback.id)))

    def _hand_out(self) -> bool:
        waiting = self._waiting()
        with self._changed:
            free = [phone for phone in waiting if phone not in self._busy]
            self._busy.update(free)
        for phone in free:
            self._lines.put(phone)
        return bool(free)

    def _serve(self) -> None:
        while (phone := self._lines.get()) is not None:
            try:
                while not self._stopping and (callback := self._next(phone)):
                    self._deliver(callback)
            except SQLAlchemyError:
                self._report()
                self._rest()
            with self._changed:
                self._busy.discard(phone)
                self._changed.notify_all()

    def _rest(self) -> None:
        with self._changed:
            if not self._stopping:
                self._changed.wait(_LOOK_AGAIN)

    def _report(self) -> None:
        log.exception("The phone network could not reach its tables", extra={"action": "postman_failed"})

    def _next(self, phone: str) -> SimCallback | None:
        query = select(SimCallback).where(SimCallback.phone == phone).order_by(SimCallback.id).limit(1)
        with self.db.read() as session:
            callback = session.scalars(query).first()
        return callback if callback and callback.due <= self.machine() else None

    def _deliver(self, callback: SimCallback) -> None:
        headers = {
            "X-Twilio-Signature": sign(self.auth_token, callback.url, callback.params),
            "I-Twilio-Idempotency-Token": callback.token,
            "User-Agent": "TwilioProxy/1.1",
        }
        try:
            status = self.post(callback.url, callback.params, headers)
        except requests.RequestException:
            self._put_off(callback)
        else:
            self._end(callback, status)

    def _put_off(self, callback: SimCallback) -> None:
        if callback.tries >= len(BACKOFF):
            self._end(callback, None)
            return
        with self.db.write() as session:
            row = session.get(SimCallback, callback.id)
            if row:
                row.due = self.machine() + timedelta(seconds=BACKOFF[callback.tries])
                row.tries += 1

    def _end(self, callback: SimCallback, status: int | None) -> None:
        with self.db.write() as session:
            row = session.get(SimCallback, callback.id)
            if row:
                session.delete(row)
                self.ended(session, row, status)
