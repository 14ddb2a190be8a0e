"""How many threads do what: turns, the outbox, and what is told to others than residents.

Threads of the outbox mostly wait for the gateway: some sixty SMS a second at 150 ms each keep nine of them busy. A
quarter of them is for replies alone, so that no wave at a slow gateway keeps a resident waiting.
"""

from __future__ import annotations

from functools import partial

from bot.bell import Bell
from bot.clock import machine_clock
from bot.db import Database
from bot.dispatch import Dispatch
from bot.hooks.deliveries import Deliveries
from bot.mailing.postman import Postman
from bot.next_look import next_free_number
from bot.worker import Crew, Job, Worker

#: What a turn needs is mostly this process's own time.
_TURN_THREADS = 2


def worker(db: Database, bell: Bell, take_turn: Job, dispatch: Dispatch, dispatch_threads: int) -> Worker:
    """Who takes turns, and who sends."""
    turns = Crew("turns", take_turn, threads=_TURN_THREADS, pause=bell.look_seconds)
    outbox = Crew(
        "outbox",
        dispatch.send_some,
        threads=dispatch_threads,
        urgent=dispatch.send_replies,
        reserve=max(1, dispatch_threads // 4),
        pause=bell.look_seconds,
        soon=partial(next_free_number, db, machine_clock),
    )
    bell.wait_for("turns", turns.wake)
    bell.wait_for("outbox", outbox.wake)
    return Worker(turns, outbox)


def messenger(bell: Bell, deliveries: Deliveries, postman: Postman) -> Worker:
    """Who calls other systems, and who mails: one at a time each, since nobody there waits for an answer."""
    pause = partial(bell.look_seconds, 2.5)
    hooks = Crew("hooks", lambda found: deliveries.deliver_next(), pause=pause)
    mails = Crew("mails", lambda found: postman.send_next(), pause=pause)
    for crew in (hooks, mails):
        bell.wait_for("desk", crew.wake)
    return Worker(hooks, mails)
