"""What changed, for all live streams of this process: one thread reads the event table while anybody listens.

It reads when the bell rings, a few times a second at most, and every so often by itself.

Ids are handed out before they are committed, so a lower one may come to light after a higher one: the last hundred
are looked at again. A stream is told each change once, in the order in which it came to light.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Iterable

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.bell import Bell
from bot.db import Database
from bot.models import LiveEvent
from handoff.ownership.presence import Seen, snapshot

log = structlog.get_logger()

#: Between two looks at least: what happens in a busy moment is told together.
REST_SECONDS = 0.2
#: Without a bell it looks every 0.6 seconds, with one every 5.
_PATIENCE = 2.5
STREAMS_A_USER = 2
_LOOK_BACK = 100
_KEEP = 1000

#: (id, organisation, conversation); the id is ``PRESENCE`` where only who looks or writes has changed.
Change = tuple[int, int, int]
PRESENCE = 0


class Feed:
    """The changes since somebody began to listen, and who listens."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._bell, self._rung = db.bell or Bell(), threading.Event()
        self._bell.wait_for("live", self._rung.set)
        self._news = threading.Condition()
        self._changes: deque[Change] = deque(maxlen=_KEEP)
        self._count = 0
        self._seen: set[int] = set()
        self._present: frozenset[Seen] = frozenset()
        self._listeners = 0
        self._watcher: threading.Thread | None = None
        self._stopped = threading.Event()
        self._streams: defaultdict[int, list[threading.Event]] = defaultdict(list)

    def open(self, adviser_id: int) -> tuple[int, threading.Event]:
        """Begin a stream: where it starts, and an event that is set when it must end for a newer one."""
        over = threading.Event()
        with self._news:
            mine = self._streams[adviser_id]
            mine.append(over)
            for old in mine[:-STREAMS_A_USER]:
                old.set()
                mine.remove(old)
            self._listeners += 1
            if self._watcher is None and not self._stopped.is_set():
                recent, self._present = self._look()
                self._seen = {change[0] for change in recent}
                self._watcher = threading.Thread(target=self._watch, name="live-feed", daemon=True)
                self._watcher.start()
            self._news.notify_all()
            return self._count, over

    def close(self, adviser_id: int, over: threading.Event) -> None:
        """End a stream."""
        with self._news:
            self._listeners -= 1
            if over in self._streams[adviser_id]:
                self._streams[adviser_id].remove(over)

    def stop(self) -> None:
        """End all streams now: the server goes down."""
        self._stopped.set()
        self._rung.set()
        with self._news:
            self._news.notify_all()

    @property
    def is_stopped(self) -> bool:
        """True once the server goes down."""
        return self._stopped.is_set()

    def wait(self, cursor: int, over: threading.Event, seconds: float) -> tuple[int, list[Change]]:
        """What came after ``cursor``, and the next one; waits for it, but no longer than ``seconds``."""
        with self._news:
            self._news.wait_for(lambda: self._count > cursor or over.is_set() or self.is_stopped, seconds)
            fresh = self._count - cursor
            return self._count, list(self._changes)[-fresh:] if fresh else []

    def since(self, after: int, organisations: Iterable[int]) -> list[Change]:
        """What the table holds after that event: a page's way to catch up with what it did not show."""
        with self._db.read() as session:
            rows = session.execute(
                select(LiveEvent.id, LiveEvent.organisation_id, LiveEvent.conversation_id)
                .where(LiveEvent.id > after, LiveEvent.organisation_id.in_(organisations))
                .order_by(LiveEvent.id.desc())
                .limit(_KEEP)
            )
            return [(row[0], row[1], row[2]) for row in rows][::-1]

    def _look(self) -> tuple[list[Change], frozenset[Seen]]:
        with self._db.read() as session:
            newest = session.scalar(select(func.max(LiveEvent.id))) or 0
            rows = session.execute(
                select(LiveEvent.id, LiveEvent.organisation_id, LiveEvent.conversation_id)
                .where(LiveEvent.id > min(newest, max(self._seen, default=newest)) - _LOOK_BACK)
                .order_by(LiveEvent.id)
            )
            return [(row[0], row[1], row[2]) for row in rows], snapshot(session)

    def _watch(self) -> None:
        while not self._stopped.wait(REST_SECONDS):
            self._rung.wait(self._bell.look_seconds(_PATIENCE))
            self._rung.clear()  # before looking: what comes while we look is looked for again
            if self.is_stopped:
                return
            try:
                recent, present = self._look()
            except SQLAlchemyError as error:  # the next poll tries again; a page asks by itself meanwhile
                log.warning("The live feed could not read", action="feed_failed", error=type(error).__name__)
                continue
            if not self._tell(recent, present):
                return

    def _tell(self, recent: list[Change], present: frozenset[Seen]) -> bool:
        """Pass on what is new; False when nobody listens any more."""
        with self._news:
            if not self._listeners:
                self._watcher = None
                return False
            fresh = [change for change in recent if change[0] not in self._seen]
            self._seen = {change[0] for change in recent}
            moved = sorted({(PRESENCE, seen[0], seen[1]) for seen in present ^ self._present})
            self._present = present
            if fresh or moved:
                self._changes.extend([*fresh, *moved])
                self._count += len(fresh) + len(moved)
                self._news.notify_all()
            return True
