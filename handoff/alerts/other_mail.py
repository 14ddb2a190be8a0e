"""Mails on a colleague's word in a note, and to admins on what is wrong with the service and must not wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.duty import advisers_of
from bot.incidents import open_incidents
from bot.mail import queue_mail, queue_together, untold
from bot.models import Adviser, Incident, Mention, Note, Organisation
from handoff.incidents import words_of
from handoff.preferences import read_preferences
from handoff.wording import word

#: Who is named is perhaps in the inbox and sees it there.
_PATIENCE = timedelta(minutes=2)
_LATELY = timedelta(days=1)
#: What stops SMS or lets time run out; the other kinds can wait until somebody opens the inbox.
MUST_NOT_WAIT = frozenset(
    {
        *("account_blocked", "text_blocked", "no_wave", "not_released", "outbox_old"),
        *("feed_too_old", "no_poll", "pause_expired"),
    }
)


def tell_mentions(session: Session, now: datetime) -> None:
    """Everything that an adviser has been named in and has not seen, in one mail."""
    wanted = select(Mention).join(Note, Note.id == Mention.note_id).where(Mention.seen_at.is_(None))
    wanted = wanted.where(Note.at > now - _LATELY, Note.at <= now - _PATIENCE).order_by(Mention.note_id)
    by_adviser: dict[int, list[str]] = {}
    for mention in session.scalars(wanted):
        by_adviser.setdefault(mention.adviser_id, []).append(f"mention:{mention.note_id}:{mention.adviser_id}")
    for adviser_id, keys in by_adviser.items():
        adviser, fresh = session.get_one(Adviser, adviser_id), untold(session, keys)
        if fresh and adviser.is_active and read_preferences(adviser.preferences).mail_mentions:
            number = "mention" if len(fresh) == 1 else "mentions"
            subject, body = (
                word("mail", f"{number}_subject", n=str(len(fresh))),
                word("mail", number, n=str(len(fresh))),
            )
            queue_together(session, adviser, "mention", fresh, subject, body, now)


def tell_incidents(session: Session, now: datetime) -> None:
    """What nobody has seen yet, to the admins of whom it is about; each incident once an admin."""
    for incident in open_incidents(session):
        if incident.kind in MUST_NOT_WAIT and incident.seen_at is None and incident.at > now - _LATELY:
            for adviser in _admins(session, incident):
                _tell(session, incident, adviser, now)


def _tell(session: Session, incident: Incident, adviser: Adviser, now: datetime) -> None:
    if not read_preferences(adviser.preferences).mail_incidents:
        return
    title, todo = words_of(session, incident)
    named = session.get(Organisation, incident.organisation_id) if incident.organisation_id else None
    subject = f"{named.name}: {title}" if named else title
    queue_mail(session, adviser, "incident", f"incident:{incident.id}:{adviser.id}", subject, f"{title}.\n{todo}", now)


def _admins(session: Session, incident: Incident) -> Sequence[Adviser]:
    """Admins; where an organisation has none, everybody in it."""
    if incident.organisation_id is None:
        wanted = select(Adviser).where(Adviser.role == "admin", Adviser.is_active.is_(True))
        return session.scalars(wanted.order_by(Adviser.id)).all()
    everybody = advisers_of(session, incident.organisation_id)
    return [each for each in everybody if each.role == "admin"] or everybody
