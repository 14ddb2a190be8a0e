"""What the gateway knows and we do not, fetched afterwards. Repair never sends: it records, or tells a human.

SMS that came in while we were down take the webhook's own path: the sid is unique, so one that a webhook brings too is
the same SMS, and several processes may ask at once. The worker then answers as ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DataError

from bot.clock import Clock, in_utc
from bot.db import Database
from bot.gateway import Arrived, Gateway, GatewayDownError
from bot.heartbeats import beat, last_beat, reach
from bot.logs import about
from bot.models import Organisation
from bot.receive import Inbound, receive

log = structlog.get_logger()

#: Asked for again each time: the gateway's list may lag, and its clock differ from ours.
OVERLAP = timedelta(minutes=10)
#: An SMS that was lost longer ago is not answered by a machine any more.
FURTHEST = timedelta(days=7)


def catch_up(db: Database, gateway: Gateway, clock: Clock) -> int:
    """Store what came in for every organisation and never reached us; how many SMS that were.

    From the last time on, at most seven days back. Beats "poll" when the gateway answered for all of them.
    """
    stored, all_asked = 0, True
    for organisation_id in _organisations(db):
        try:
            stored += _catch_up_one(db, gateway, in_utc(clock), organisation_id)
        except GatewayDownError as error:
            all_asked = False
            log.warning("The gateway could not be asked for SMS", action="poll_failed", why=str(error))
        except Exception as error:  # what fails for one does not hold up the others; its silence rings
            all_asked = False
            log.error("SMS could not be fetched", action="poll_failed", organisation=organisation_id, **about(error))
    if all_asked:
        with db.write() as session:
            beat(session, "poll", clock())
    if stored:
        log.warning("SMS were found that no webhook had brought", action="sms_caught_up", count=stored)
    return stored


def _catch_up_one(db: Database, gateway: Gateway, clock: Clock, organisation_id: int) -> int:
    cursor, now = f"inbound:{organisation_id}", clock()
    with db.read() as session:
        organisation = session.get_one(Organisation, organisation_id)
        since = _since(last_beat(session, cursor) or organisation.created_at, now)
    stored = 0
    failed: Exception | None = None
    for arrived in gateway.list_inbound(organisation.number, since):
        try:
            stored += _store(db, arrived, clock())
        except (DataError, ValueError) as error:  # one that cannot be stored keeps no other resident waiting
            failed = error
    if failed is not None:
        raise failed
    with db.write() as session:  # only now: what is not stored is asked for again
        reach(session, cursor, now, latest=clock() + OVERLAP)
    return stored


def _since(last: datetime, now: datetime) -> datetime:
    """Sums are in UTC: Copenhagen's wall clock repeats an hour each October."""
    asked = min(last.astimezone(now.tzinfo), now) - OVERLAP
    if asked < now - FURTHEST:
        log.error("Nobody asked for SMS for more than a week; what is older is not looked for", action="poll_too_late")
    return max(asked, now - FURTHEST)


def _store(db: Database, arrived: Arrived, now: datetime) -> bool:
    """True when it was new. A text that the gateway has forgotten is one that we had, and had erased."""
    if not arrived.body and not arrived.media:
        return False
    inbound = Inbound(arrived.sid, arrived.sender, arrived.to, arrived.body, arrived.media, arrived.at)
    return receive(db, inbound, now) == "stored"


def _organisations(db: Database) -> list[int]:
    with db.read() as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
