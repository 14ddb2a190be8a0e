"""Tells advisers of mails that a server would not take, or may have taken or not: in the notices, once an adviser."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.db import Database
from bot.incidents import report
from bot.mailing.postman import LEASE, UNCLEAR
from bot.models import Incident, Mail

_LOOK_BACK = timedelta(days=1)
#: A server that was away is told of by itself; without a server, or an access, nobody expects a mail.
_TOLD_ELSEWHERE = ("no_server", "too_late", "left")


def tell_failures(db: Database, now: datetime) -> None:
    """Look at what was given up lately. What is unclear is told when nobody can have it in hand any more."""
    with db.read() as session:
        if not _failed(session, now):
            return
    with db.write() as session:
        for mail in _failed(session, now):
            _tell(session, mail, now)


def _failed(session: Session, now: datetime) -> list[Mail]:
    wanted = select(Mail).where(Mail.given_up_at > now - _LOOK_BACK, Mail.error.not_in(_TOLD_ELSEWHERE))
    found = session.scalars(wanted.options(joinedload(Mail.adviser)).order_by(Mail.id)).all()
    clear = [mail for mail in found if mail.error != UNCLEAR or (mail.given_up_at or now) <= now - LEASE]
    return [mail for mail in clear if not _is_told(session, mail)]


def _subject(mail: Mail) -> str:
    return f"adviser:{mail.adviser_id}"


def _is_told(session: Session, mail: Mail) -> bool:
    told = select(Incident.id).where(Incident.kind == "mail_failed", Incident.subject == _subject(mail))
    return (
        session.scalar(told.where((Incident.ended_at.is_(None)) | (Incident.at >= mail.given_up_at)).limit(1))
        is not None
    )


def _tell(session: Session, mail: Mail, now: datetime) -> None:
    organisations = mail.adviser.organisations
    organisation_id = organisations[0].id if organisations else None
    report(session, "mail_failed", now, organisation_id=organisation_id, subject=_subject(mail), code=mail.error)
