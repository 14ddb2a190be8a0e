"""Writes what has changed of one SMS by one statement, where a flush would look through all that the session holds.

A flush costs five times as much. Who is to be woken or what is to be found anew is noticed in flushes, so only changes
that concern neither come this way.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, inspect, update
from sqlalchemy.orm import Session

from bot.models import Message

#: What nobody waits for and nothing finds.
_SMALL = frozenset({"status", "error", "provider_sid", "lease_until", "attempted_at", "attempts"})


def write_row(session: Session, message: Message) -> None:
    """Write the row; the session lets go of it, so that nothing of it is written a second time."""
    changed = frozenset(inspect(message).committed_state)
    if not changed <= _SMALL or message.status == "queued":
        session.flush()
        return
    if changed:
        values: dict[str, Any] = {name: getattr(message, name) for name in changed}
        session.connection().execute(_update(changed), {"row": message.id, **values})
    session.expunge(message)


@cache
def _update(columns: frozenset[str]) -> Update:
    table = Message.__table__
    return (
        update(Message)
        .where(table.c.id == bindparam("row"))
        .values({name: bindparam(name, type_=table.c[name].type) for name in columns})
    )
