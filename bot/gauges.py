"""What stands in the database, for ``/metrics``: read at the moment of asking, the same from every process.

Cheap whatever has been kept: only what is open, waits or is of this week is looked at, by indexes; all that ever was is
counted by ``bot.meters``. Counts and ages only: no name, number or id of anybody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Row, case, func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.delivery_counts import failed_by_class, held_by_class
from bot.models import Alarm, Conversation, Hold, Lease, Mail, Message, Organisation, Wave, WebhookDelivery
from bot.models.access import UNDELIVERED
from bot.models.conversation import IS_OPEN, WAITING
from bot.models.desk import UNSENT
from bot.organisations import read_settings
from bot.workdays import open_time

LATELY = timedelta(days=7)
#: The demo's clock may have been set back.
_NONE = 0.0

Families = Iterator[GaugeMetricFamily]
Questions = tuple[Callable[[Session, datetime], Families], ...]


class Gauges(Collector):
    """All that is asked of the database in one transaction; where it is away that is all that is told."""

    def __init__(self, db: Database, clock: Clock, machine: Clock) -> None:
        self._db, self._clock, self._machine = db, clock, machine

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One gauge a question that an operator has."""
        try:
            with self._db.read() as session:
                now = self._clock()
                told = [family for question in QUESTIONS for family in question(session, now)]
                told += _leases(session, self._machine())
                is_up = True
        except SQLAlchemyError:
            told, is_up = [], False
        yield from told
        yield _gauge("database_up", "1 while the database answers.", float(is_up))
        yield _connections(self._db)
        yield from _disk(self._db)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"redningskrans_{name}", words, value=value)


def _labelled(name: str, words: str, labels: Sequence[str], rows: Iterable[Sequence[Any]]) -> GaugeMetricFamily:
    """Each row has its labels and then its value."""
    family = GaugeMetricFamily(f"redningskrans_{name}", words, labels=labels)
    for *named, value in rows:
        family.add_metric([str(each) for each in named], float(value))
    return family


def _age(now: datetime, since: datetime | None) -> float:
    return max(_NONE, (now.astimezone(UTC) - since.astimezone(UTC)).total_seconds()) if since else _NONE


def _messages(session: Session, now: datetime) -> Families:
    """SMS that wait for us or for the gateway: all others are many, and ``bot.meters`` has counted them."""
    unheard = session.scalar(select(func.count()).select_from(Message).where(Message.status == "received"))
    queued = func.sum(case((Message.status == "queued", 1), else_=0))
    waiting, of_them = session.execute(select(func.count(), queued).select_from(Message).where(WAITING)).one()
    unsent = (("out", "queued", of_them or 0), ("out", "sending", waiting - (of_them or 0)))
    rows = [("in", "received", unheard or 0), *unsent]
    words = "SMS that wait: for their turn, to be sent, for the gateway's answer."
    yield _labelled("messages", words, ["direction", "status"], rows)


def _ages(session: Session, now: datetime) -> Families:
    unheard = session.scalar(select(func.min(Message.at)).where(Message.status == "received"))
    due = session.scalar(select(func.min(Message.due_at)).where(Message.status == "queued", Message.due_at <= now))
    yield _gauge("inbound_age_seconds", "Age of the oldest SMS that had no turn yet.", _age(now, unheard))
    yield _gauge("outbox_age_seconds", "Age of the oldest due SMS.", _age(now, due))


def _failures(session: Session, now: datetime) -> Families:
    """SMS by what an error asked of us (bot.delivery)."""
    words = "SMS of the last seven days that did not arrive, by class of the error."
    yield _labelled("messages_failed", words, ["error_class"], failed_by_class(session, now - LATELY).items())
    words = "SMS that the gateway did not take and that wait to be tried again."
    yield _labelled("messages_held", words, ["error_class"], held_by_class(session).items())


def _conversations(session: Session, now: datetime) -> Families:
    held = select(Conversation.held_by, func.count()).where(IS_OPEN).group_by(Conversation.held_by)
    rows = [(row[0], row[1]) for row in session.execute(held)]
    yield _labelled("conversations", "Open conversations by holder.", ["held_by"], rows)


def _residents(session: Session, now: datetime) -> Families:
    """Who waits for a human, and how long that is in hours when somebody is there."""
    waits = _waits(session, now)
    hours = {row.id: read_settings(row.settings).office_hours for row in _settings(session, {row[0] for row in waits})}
    counts, longest = dict.fromkeys(("crisis", "high", "normal"), 0), dict.fromkeys(("crisis", "high", "normal"), _NONE)
    for organisation, priority, number, since in waits:
        counts[priority] = counts.get(priority, 0) + number
        waited = open_time(hours[organisation], since or now, now).total_seconds()
        longest[priority] = max(longest.get(priority, _NONE), waited)
    yield _labelled("residents_waiting", "Residents who wait for a human's answer.", ["priority"], counts.items())
    words = "The longest of their waits, counted in office hours."
    yield _labelled("resident_wait_office_seconds", words, ["priority"], longest.items())


def _waits(session: Session, now: datetime) -> Sequence[Row[int, str, int, datetime | None]]:
    awake: ColumnElement[bool] = or_(Conversation.snoozed_until.is_(None), Conversation.snoozed_until <= now)
    whose = (Conversation.organisation_id, Conversation.priority)
    wanted = select(*whose, func.count(), func.min(Conversation.waiting_since)).where(IS_OPEN, awake)
    wanted = wanted.where(Conversation.waiting_since.is_not(None), Conversation.held_by.in_(("queue", "adviser")))
    return session.execute(wanted.group_by(*whose)).all()


def _settings(session: Session, organisations: set[int]) -> Sequence[Row[Any]]:
    wanted = select(Organisation.id, Organisation.settings).where(Organisation.id.in_(organisations))
    return session.execute(wanted).all() if organisations else ()


def _crises(session: Session, now: datetime) -> Families:
    unseen = select(func.count(), func.min(Alarm.at)).join(Conversation).where(Alarm.seen_at.is_(None), IS_OPEN)
    number, oldest = session.execute(unseen).one()
    yield _gauge("crises_unseen", "Crises that ring and that no adviser has seen.", number)
    yield _gauge("crisis_unseen_age_seconds", "Since the oldest of them began to ring.", _age(now, oldest))


def _waves(session: Session, now: datetime) -> Families:
    """Those of this month and the one before: a ladder that began late runs into the next."""
    months = {now.strftime("%Y-%m"), (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")}
    wanted = select(Wave.started_at, Wave.paused_at, Wave.cancelled_at).where(Wave.month.in_(months))
    counts = {"waits": 0, "runs": 0, "paused": 0, "cancelled": 0}
    for started, paused, cancelled in session.execute(wanted):
        counts["cancelled" if cancelled else "paused" if paused else "runs" if started else "waits"] += 1
    yield _labelled("waves", "Waves of this month and the last, by how they stand.", ["state"], counts.items())


def _outgoing(session: Session, now: datetime) -> Families:
    """Mails and webhooks: what waits, for how long, and what was given up."""
    for name, table, waiting in (("mail", Mail, UNSENT), ("webhook", WebhookDelivery, UNDELIVERED)):
        number, oldest = session.execute(select(func.count(), func.min(table.at)).where(waiting)).one()
        lost = select(func.count()).select_from(table).where(table.given_up_at > now - LATELY)
        yield _gauge(f"{name}s_waiting", f"Told to others by {name}: what waits to be taken.", number)
        yield _gauge(f"{name}_age_seconds", "Age of the oldest of them.", _age(now, oldest))
        yield _gauge(f"{name}s_lost", "Given up in the last seven days.", session.scalar(lost) or 0)


def _hold(session: Session, now: datetime) -> Families:
    held = session.scalar(select(Hold.id).where(Hold.ended_at.is_(None)).limit(1)) is not None
    yield _gauge("sending_held", "1 while a database that was brought back sends nothing.", float(held))


def _revision(session: Session, now: datetime) -> Families:
    revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    row = (_release(), revision or "none", 1)
    yield _labelled(
        "build_info", "What runs: the release, and the database's migration.", ["version", "revision"], [row]
    )


@cache
def _release() -> str:
    try:
        return version("redningskrans")
    except PackageNotFoundError:  # a checkout that nobody has installed
        return "unknown"


def _leases(session: Session, machine: datetime) -> Families:
    rows = session.execute(select(Lease.name, Lease.until).order_by(Lease.name))
    left = [(row.name, row.until.timestamp() - machine.timestamp()) for row in rows]
    words = "Until what only one process may do is free for another; below zero: nobody does it."
    yield _labelled("lease_seconds_left", words, ["name"], left)


QUESTIONS: Questions = (
    _messages,
    _ages,
    _failures,
    _conversations,
    _residents,
    _crises,
    _waves,
    _outgoing,
    _hold,
    _revision,
)


def _connections(db: Database) -> GaugeMetricFamily:
    """Of this process."""
    pool: Any = db.engine.pool
    rows = [(state, count()) for state, count in (("in_use", pool.checkedout), ("idle", pool.checkedin))]
    return _labelled("database_connections", "This process's connections to the database.", ["state"], rows)


def _disk(db: Database) -> Families:
    free = free_bytes(db)
    if free is not None:
        yield _gauge("disk_free_bytes", "What is free on the disk of the database's file.", free)


def free_bytes(db: Database) -> int | None:
    """On SQLite's disk; a server's is not ours to see."""
    return shutil.disk_usage(_folder(db.url.database)).free if db.is_sqlite and db.url.database else None


def _folder(file: str) -> str:
    return str(Path(file).resolve().parent)
