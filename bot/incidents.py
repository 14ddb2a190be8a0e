"""What is wrong with the service itself, kept until it is over, so that a human gets to know of it.

One open incident of a kind and subject; told again it stays the one it is. Ids and codes only, no person's data.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Incident

log = structlog.get_logger()

Kind = Literal[
    "account_blocked",  # the gateway refuses us: log-in, number, country, suspended
    "text_blocked",  # an operator filters one of our texts; subject: its key
    "unknown_error",  # a code of the gateway that we do not know; subject: the code
    "no_wave",  # a wave day passed and no wave started; subject: its month
    "not_released",  # a wave day passed and nobody has released the wave; subject: its month
    "no_tick",  # no scheduler has ticked
    "no_poll",  # nobody has asked the gateway for SMS that we missed
    "outbox_old",  # an SMS that is due has waited too long
    "feed_too_old",  # the rent system's figures are older than the organisation allows; subject: the month
    "no_receipt",  # the gateway does not tell what became of SMS
    "mail_down",  # the mail server does not take our mails
    "mail_failed",  # a mail to an adviser was refused, or may have got lost; subject: the adviser
    "pause_expired",  # SMS of a wave expired while it was paused; subject: its month
    "webhook_fails",  # another system does not take what it is told; subject: the webhook's id
]


def report(
    session: Session, kind: Kind, now: datetime, *, organisation_id: int | None = None, subject: str = "", **detail: Any
) -> Incident:
    """The open incident of this kind and subject; made when there is none."""
    wanted = _open(kind, organisation_id, subject).with_for_update()
    found = session.scalar(wanted)
    if found is not None:
        return found
    made = Incident(kind=kind, organisation_id=organisation_id, subject=subject, detail=detail, at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another process tells of the same at this moment
        return session.scalars(wanted).one()
    log.error("Something is wrong", action="incident_reported", kind=kind, organisation=organisation_id)
    return made


def end(
    session: Session, kind: Kind, now: datetime, *, organisation_id: int | None = None, subject: str | None = None
) -> None:
    """It is over; ``subject`` None ends all of the kind."""
    for incident in session.scalars(_open(kind, organisation_id, subject).with_for_update()):
        incident.ended_at = now
        log.info("It is over", action="incident_ended", kind=kind, organisation=organisation_id)


def open_incidents(session: Session, organisations: Collection[int] | None = None) -> list[Incident]:
    """What is wrong now, the oldest first; of these organisations and of the whole service (None: of all)."""
    wanted = select(Incident).where(Incident.ended_at.is_(None)).order_by(Incident.id)
    if organisations is not None:
        mine = or_(Incident.organisation_id.is_(None), Incident.organisation_id.in_(organisations))
        wanted = wanted.where(mine)
    return list(session.scalars(wanted))


def _open(kind: Kind, organisation_id: int | None, subject: str | None) -> Select[Incident]:
    wanted = select(Incident).where(Incident.kind == kind, Incident.ended_at.is_(None))
    whose = (
        Incident.organisation_id.is_(None) if organisation_id is None else Incident.organisation_id == organisation_id
    )
    wanted = wanted.where(whose)
    return wanted if subject is None else wanted.where(Incident.subject == subject)
