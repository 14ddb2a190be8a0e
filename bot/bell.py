"""The bell: who has written what others wait for rings it, and they look at once instead of every so often.

It is rung after the commit and never after a rollback, once a transaction for each thing, whatever the number of rows.
Within the process it is heard from memory; ``bot.wire`` carries it to others. A bell that nobody heard costs time and
nothing else: all who wait for one look by themselves as well (docs/decisions/0024-a-bell-beside-the-looking.md).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Literal, get_args

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from bot.models import LiveEvent, Mail, Message, Presence, WebhookDelivery

#: An SMS that came in · one that is to go out · mails and calls to other systems · what open inboxes show.
Chime = Literal["turns", "outbox", "desk", "live"]
ALL: tuple[Chime, ...] = get_args(Chime)

#: How often who waits looks by itself: where all bells are heard, and where those of other processes are not.
HEARING_SECONDS, DEAF_SECONDS = 2.0, 0.25
_KEY = "chimes"


class Bell:
    """Who waits for what in this process."""

    def __init__(self) -> None:
        self._wakes: defaultdict[Chime, list[Callable[[], None]]] = defaultdict(list)
        self._carry: Callable[[Collection[Chime]], None] = lambda chimes: None
        self._hears = threading.Event()
        #: How often this process rang.
        self.times = 0

    def wait_for(self, chime: Chime, wake: Callable[[], None]) -> None:
        """Call ``wake``, which must not take long nor fail, whenever there is something to look for."""
        self._wakes[chime].append(wake)

    @property
    def awaited(self) -> tuple[Chime, ...]:
        """What somebody in this process waits for."""
        return tuple(self._wakes)

    def carry_by(self, carry: Callable[[Collection[Chime]], None]) -> None:
        """Tell other processes in this way too."""
        self._carry = carry

    def ring(self, chimes: Collection[Chime]) -> None:
        """Something was committed here."""
        self.times += 1
        self.sound(chimes)
        self._carry(chimes)

    def sound(self, chimes: Collection[Chime]) -> None:
        """Wake who waits in this process, for what was committed anywhere."""
        for chime in chimes:
            for wake in self._wakes.get(chime, ()):
                wake()

    @property
    def is_open(self) -> bool:
        """True while what other processes ring is heard here."""
        return self._hears.is_set()

    def open(self) -> None:
        """From now on others are heard. What they rang before was not: everybody looks once."""
        self._hears.set()
        self.sound(ALL)

    def close(self) -> None:
        """They are heard no more: who sleeps for long must look more often."""
        if self._hears.is_set():
            self._hears.clear()
            self.sound(ALL)

    def look_seconds(self, factor: float = 1.0) -> float:
        """For how long who waits may sleep before it looks by itself."""
        return (HEARING_SECONDS if self._hears.is_set() else DEAF_SECONDS) * factor


def ring_at_commit(session: Session, chime: Chime) -> None:
    """This transaction writes something that others wait for, and that is no new row (``note_flushed`` sees those)."""
    session.info.setdefault(_KEY, set()).add(chime)


def note_flushed(session: Session) -> None:
    """Remember what this flush writes that others wait for."""
    for row in (*session.new, *session.dirty):
        chime = _chime_of(row, is_new=row in session.new)
        if chime is not None:
            ring_at_commit(session, chime)


def to_ring(session: Session) -> Collection[Chime]:
    """What is to be rung now that it is committed."""
    noted: Collection[Chime] = session.info.pop(_KEY, ())
    return noted


def _chime_of(row: object, *, is_new: bool) -> Chime | None:
    match row:
        case Message():
            return _of_message(row, is_new=is_new)
        case LiveEvent() | Presence() if is_new:
            return "live"
        case Mail() | WebhookDelivery() if is_new:
            return "desk"
        case _:
            return None


def _of_message(message: Message, *, is_new: bool) -> Chime | None:
    if message.direction == "in":
        return "turns" if is_new and message.status == "received" else None
    if message.status != "queued":
        return None
    changed = inspect(message).attrs
    return "outbox" if is_new or any(changed[c].history.has_changes() for c in ("status", "due_at")) else None
