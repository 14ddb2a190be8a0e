"""The mail "a resident has waited for N minutes": to who has the conversation, else to everybody in the organisation.

The wait is counted in office hours and told in office hours, once a conversation and wait; what is over the limit at
the same time is told in one mail, and nobody gets two such mails within a quarter of an hour.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.duty import advisers_of
from bot.mail import queue_together, untold
from bot.models import Adviser, Conversation, Mail, Organisation
from bot.organisations import read_settings
from bot.workdays import Window, after_open_time, is_open
from handoff.folders import is_awake
from handoff.preferences import read_preferences
from handoff.wording import word

_QUIET = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Wait:
    """One resident's wait; ``holder`` None: nobody has taken the conversation."""

    conversation_id: int
    since: datetime
    holder: int | None

    def key(self, adviser_id: int) -> str:
        """Of this wait, told to this adviser."""
        return f"waiting:{adviser_id}:{self.conversation_id}:{int(self.since.timestamp())}"


def tell_waiting(session: Session, organisation: Organisation, now: datetime) -> None:
    """Queue what is due now."""
    hours = read_settings(organisation.settings).office_hours
    if not is_open(hours, now):
        return
    waits = _waits(session, organisation.id, now)
    for adviser in advisers_of(session, organisation.id) if waits else ():
        minutes = read_preferences(adviser.preferences).mail_waiting_minutes
        if minutes is not None and not _told_lately(session, adviser, now):
            mine = [each for each in waits if each.holder in (None, adviser.id)]
            _tell(session, organisation, adviser, overdue(mine, minutes, hours, now), minutes, now)


def overdue(waits: list[Wait], minutes: int, hours: Window, now: datetime) -> list[Wait]:
    """Those that have lasted for so long while the office was open; ``waits`` have the oldest first. Pure."""
    limit = timedelta(minutes=minutes)
    return waits[: bisect_right(waits, now.astimezone(UTC), key=lambda each: after_open_time(hours, each.since, limit))]


def minutes_words(minutes: int) -> str:
    """60: "en time"."""
    if minutes % 60:
        return word("mail", "minutes", n=str(minutes))
    return word("mail", "hour") if minutes == 60 else word("mail", "hours", n=str(minutes // 60))


def _waits(session: Session, organisation_id: int, now: datetime) -> list[Wait]:
    held = Conversation.held_by == "adviser"
    wanted = select(Conversation.id, Conversation.waiting_since, Conversation.adviser_id, Conversation.held_by)
    wanted = wanted.where(Conversation.organisation_id == organisation_id, Conversation.closed_at.is_(None))
    wanted = wanted.where(Conversation.waiting_since.is_not(None), or_(held, Conversation.held_by == "queue"))
    found = session.execute(wanted.where(is_awake(now)).order_by(Conversation.waiting_since, Conversation.id))
    return [Wait(number, since, who if by == "adviser" else None) for number, since, who, by in found if since]


def _told_lately(session: Session, adviser: Adviser, now: datetime) -> bool:
    lately = select(Mail.id).where(Mail.adviser_id == adviser.id, Mail.kind == "waiting", Mail.at > now - _QUIET)
    return session.scalar(lately.limit(1)) is not None


def _tell(
    session: Session, organisation: Organisation, adviser: Adviser, waits: list[Wait], minutes: int, now: datetime
) -> None:
    fresh = untold(session, [each.key(adviser.id) for each in waits])
    told = [each for each in waits if each.key(adviser.id) in set(fresh)]
    if not told:
        return
    own = sum(each.holder == adviser.id for each in told)
    count, long = len(told), minutes_words(minutes)
    who = word("mail", "one_resident") if count == 1 else word("mail", "residents", n=str(count))
    parts = [word("mail", "yours", n=str(own))] if own else []
    parts += [word("mail", "nobodys", n=str(count - own))] if count > own else []
    where = {"who": who, "long": long, "organisation": organisation.name}
    body = word("mail", "waiting", **where) + "\n\n" + "\n".join(parts)
    queue_together(session, adviser, "waiting", fresh, word("mail", "waiting_subject", **where), body, now)
