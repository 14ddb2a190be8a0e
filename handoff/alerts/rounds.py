"""One round of all that is told by mail, at each tick of the process that leads. May run twice, or at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.logs import about
from bot.mailing.failures import tell_failures
from bot.models import Mail, Organisation
from handoff.alerts.digest_mail import tell_the_morning
from handoff.alerts.other_mail import tell_incidents, tell_mentions
from handoff.alerts.waiting_mail import tell_waiting

log = structlog.get_logger()

#: What was told so long ago is told to nobody again.
_KEEP = timedelta(days=90)


def make_round(db: Database, now: datetime) -> None:
    """What fails does not hold up the rest."""
    with db.read() as session:
        organisations = session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    for organisation_id in organisations:
        for tell in (tell_waiting, tell_the_morning):
            _try(tell.__name__, partial(_of, db, organisation_id, tell, now))
    for everywhere in (tell_mentions, tell_incidents, _forget):
        _try(everywhere.__name__, partial(_in_one, db, everywhere, now))
    _try("tell_failures", lambda: tell_failures(db, now))


def _of(
    db: Database, organisation_id: int, tell: Callable[[Session, Organisation, datetime], None], now: datetime
) -> None:
    with db.write() as session:
        tell(session, session.get_one(Organisation, organisation_id), now)


def _in_one(db: Database, tell: Callable[[Session, datetime], None], now: datetime) -> None:
    with db.write() as session:
        tell(session, now)


def _forget(session: Session, now: datetime) -> None:
    session.execute(delete(Mail).where(Mail.at < now - _KEEP))


def _try(name: str, job: Callable[[], None]) -> None:
    try:
        job()
    except Exception as error:
        log.error("A round of mails failed", action=f"{name}_failed", **about(error))
