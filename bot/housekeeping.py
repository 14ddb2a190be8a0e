"""Throws away what nobody needs any more, in small batches: each its own short transaction, so that nobody waits long.

Whoever dies midway has lost nothing: the next round goes on where it stopped. What is evidence (SMS and their history,
markers, consents, the audit log) is not swept here: it goes with its case. Two may sweep at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, Select, Table, delete, func, select, tuple_
from sqlalchemy.orm import Session

from bot.db import Database
from bot.meters import SWEPT, once_committed
from bot.models import Draft, Incident, Invitation, LiveEvent, LoginSession, Mail, Presence, WebhookDelivery
from bot.models.base import Base

log = structlog.get_logger()

#: Rows of one transaction: some milliseconds of SQLite's one lock.
BATCH = 500
#: Batches of one round: a table that nobody has swept for years takes several.
MOST_BATCHES = 400
#: What is left to others between two batches.
_BREATH_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is thrown away of one table: its rows for which ``is_old`` holds, given the moment before which they are.

    ``why`` says why they may go, and why not earlier; docs/operations.md has the same table.
    """

    name: str
    table: Table
    kept: timedelta
    is_old: Callable[[datetime], ColumnElement[bool]]
    why: str


def _table(model: type[Base]) -> Table:
    found = model.__table__
    if not isinstance(found, Table):
        raise TypeError("only tables are swept")
    return found


_DAY = timedelta(days=1)
SWEEPS: tuple[Sweep, ...] = (
    Sweep(
        "live_events",
        _table(LiveEvent),
        _DAY,
        lambda before: LiveEvent.at < before,
        "an open page catches up with them; a log-in, and so a page, lasts twelve hours",
    ),
    Sweep("presence", _table(Presence), timedelta(hours=1), lambda before: Presence.seen_at < before, "40 s old: gone"),
    Sweep(
        "login_sessions",
        _table(LoginSession),
        30 * _DAY,
        lambda before: LoginSession.at < before,
        "a session lasts twelve hours; who logged in when stays in the audit log",
    ),
    Sweep(
        "invitations",
        _table(Invitation),
        30 * _DAY,
        lambda before: func.coalesce(Invitation.used_at, Invitation.expires_at) < before,
        "used, or too old to be used",
    ),
    Sweep(
        "drafts",
        _table(Draft),
        30 * _DAY,
        lambda before: Draft.at < before,
        "somebody's words about a resident, which nobody has gone on with",
    ),
    Sweep(
        "webhook_deliveries",
        _table(WebhookDelivery),
        90 * _DAY,
        lambda before: func.coalesce(WebhookDelivery.delivered_at, WebhookDelivery.given_up_at) < before,
        "told, or given up after two days; kept for whoever asks why their system did not hear",
    ),
    Sweep(
        "mails",
        _table(Mail),
        180 * _DAY,
        lambda before: func.coalesce(Mail.sent_at, Mail.given_up_at) < before,
        "sent or given up; its key keeps the same from being told twice, and nothing waits for half a year",
    ),
    Sweep(
        "incidents",
        _table(Incident),
        400 * _DAY,
        lambda before: Incident.ended_at < before,
        "over; a year of them shows what comes again",
    ),
)


def sweep_all(
    db: Database, now: datetime, goes_on: Callable[[], bool] | None = None, sweeps: Sequence[Sweep] = SWEEPS
) -> dict[str, int]:
    """One round over all tables: how many rows went, by name. ``goes_on`` is asked after each batch, and rests."""
    goes_on = goes_on or _breathe
    gone = {each.name: sweep(db, each, now, goes_on) for each in sweeps}
    if any(gone.values()):
        log.info("Old rows were thrown away", action="swept", **{name: n for name, n in gone.items() if n})
    return gone


def sweep(db: Database, this: Sweep, now: datetime, goes_on: Callable[[], bool]) -> int:
    """One round over one table."""
    before, gone = now - this.kept, 0
    for _ in range(MOST_BATCHES):
        with db.read() as session:  # the look takes no lock, however many rows it has to pass
            found = session.execute(_next(session, this, before)).all()
        if found:
            gone += _throw_away(db, this, before, found)
        if not goes_on() or len(found) < BATCH:
            break
    return gone


def _throw_away(db: Database, this: Sweep, before: datetime, found: Sequence[Row[Any]]) -> int:
    """Asked again whether they are old: somebody may have gone on with a draft this second."""
    key = tuple_(*this.table.primary_key.columns)
    these = key.in_([tuple(row) for row in found])
    with db.write() as session:
        # A CursorResult; the declared type of execute is wider.
        result: Any = session.execute(delete(this.table).where(these, this.is_old(before)))
        gone = int(result.rowcount)
        once_committed(session, lambda: SWEPT.labels(this.name).inc(gone))
        return gone


def _next(session: Session, this: Sweep, before: datetime) -> Select[Any]:
    """The oldest ones. Never the newest row of all: SQLite would give its number again, and numbers are remembered
    elsewhere (by an open page, by the system that a webhook told).
    """
    key = this.table.primary_key.columns
    wanted = select(*key).where(this.is_old(before)).order_by(*key).limit(BATCH)
    if len(key) > 1:
        return wanted
    newest = session.scalar(select(func.max(*key)))
    return wanted.where(key[0] < (newest or 0))


def _breathe() -> bool:
    threading.Event().wait(_BREATH_SECONDS)
    return True
