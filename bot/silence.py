"""What should have happened by now and has not: from heartbeats and the outbox, at the moment of asking. Pure.

Whoever is dead cannot say so: these rules are asked by whoever is still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

#: By heartbeat: the alarm, and how long its silence may last.
LIMITS: Mapping[str, tuple[str, timedelta]] = {
    "tick": ("no_tick", timedelta(minutes=5)),
    "poll": ("no_poll", timedelta(minutes=15)),
}
#: So long an SMS that is due may wait for anything but its turn.
OUTBOX = timedelta(minutes=5)


def silent(beats: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """The alarms of what has been silent for too long, and since when. What never beat is none of these."""
    return {
        alarm: beats[name]
        for name, (alarm, limit) in LIMITS.items()
        if name in beats and now.timestamp() - beats[name].timestamp() > limit.total_seconds()
    }


def never_heard(beats: Mapping[str, datetime], waited: timedelta) -> list[str]:
    """The alarms of what has never happened at all, though who asks has waited for it: nobody runs a scheduler."""
    return [alarm for name, (alarm, limit) in LIMITS.items() if name not in beats and waited > limit]


@dataclass(frozen=True, slots=True)
class Backlog:
    """One organisation's SMS that have been due for longer than ``OUTBOX``.

    ``since``: the oldest was due. ``tried``: some were handed over and not taken, or nobody knows whether they were.
    ``took_lately``: the gateway took another one meanwhile. ``last_turn``: when its number last sent anything.
    """

    since: datetime
    tried: bool
    took_lately: bool
    last_turn: datetime | None


def is_stuck(backlog: Backlog, machine: datetime) -> bool:
    """Whether they wait in vain. A long queue that moves is only waiting for its number's rate.

    It does not move when nobody takes its number's turns (no worker), or when turns are taken and the gateway takes
    nothing. Turns are by the machine's clock, so that the demo's may jump over a queue.
    """
    turn = backlog.last_turn
    nobody_sends = turn is None or machine.timestamp() - turn.timestamp() > OUTBOX.total_seconds()
    return nobody_sends or (backlog.tried and not backlog.took_lately)
