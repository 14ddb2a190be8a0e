"""What ``redningskrans doctor`` says of the clockwork: who leads, what was done last, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import database_clock, machine_clock
from bot.commands.common import UnwellError, untold
from bot.db import Database
from bot.heartbeats import all_beats
from bot.incidents import open_incidents
from bot.lease import LEADER, holder_of
from bot.settings import Settings
from bot.silence import silent


def clockwork(settings: Settings) -> str:
    """Who leads, the last tick and poll. Raises UnwellError when something is silent, or an incident is open."""
    db = Database(settings.database_url)
    try:
        now = database_clock(db)() if settings.demo else machine_clock()
        leader = holder_of(db, LEADER, machine_clock())
        with db.read() as session:
            beats, incidents = all_beats(session), open_incidents(session)
    except SQLAlchemyError as error:
        raise untold(error) from error
    finally:
        db.close()
    who = f"{leader} leads" if leader else "nobody leads (redningskrans serve, or scheduler, would)"
    told = f"{who}; {_ago('tick', beats, now)}; {_ago('poll', beats, now)}"
    wrong = Counter(row.kind for row in incidents)
    wrong.update({*silent(beats, now)} - {*wrong})
    if wrong:
        names = ", ".join(f"{kind} ({count})" if count > 1 else kind for kind, count in wrong.items())
        raise UnwellError(f"{told}. Wrong now: {names}; see docs/runbook.md")
    return f"{told}; no incident is open"


def _ago(name: str, beats: Mapping[str, datetime], now: datetime) -> str:
    if name not in beats:
        return f"no {name} ever"
    seconds = max(0, int(now.timestamp() - beats[name].timestamp()))
    return f"last {name} {seconds} s ago" if seconds < 120 else f"last {name} {seconds // 60} min ago"
