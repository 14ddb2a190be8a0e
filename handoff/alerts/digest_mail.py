"""The mail of each working morning, at the organisation's opening hour: what waits, what is due, the week's wave.

Nothing when there is nothing. Only to those who asked for it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.duty import advisers_of
from bot.mail import queue_mail
from bot.models import Adviser, Conversation, Organisation
from bot.organisations import OrganisationSettings, read_settings
from bot.workdays import is_open, next_opening, opens_on, working_day_near
from handoff.filters import Folder
from handoff.folders import within
from handoff.formats import full_day
from handoff.handoffs import Acting
from handoff.preferences import read_preferences
from handoff.task_list import due_count
from handoff.wording import word

#: A scheduler that was down at the opening hour may be so late.
_LATE = timedelta(hours=1)
_A_WEEK = timedelta(days=6)


def tell_the_morning(session: Session, organisation: Organisation, now: datetime) -> None:
    """Queue the mails of this morning, each once."""
    settings = read_settings(organisation.settings)
    hours = settings.office_hours
    opened = next_opening(hours, now.replace(hour=0, minute=0, second=0, microsecond=0))
    if not (opens_on(hours, now.date()) and is_open(hours, now) and now - opened < _LATE):
        return
    for adviser in advisers_of(session, organisation.id):
        if read_preferences(adviser.preferences).mail_digest:
            _tell(session, organisation, settings, adviser, now)


def _tell(
    session: Session, organisation: Organisation, settings: OrganisationSettings, adviser: Adviser, now: datetime
) -> None:
    lines = _lines(session, Acting(adviser.id, adviser.name, frozenset({organisation.id})), settings, now)
    if lines:
        where = {"organisation": organisation.name, "day": full_day(now.date())}
        body = word("mail", "digest", **where) + "\n\n" + "\n".join(f"- {line}" for line in lines)
        key = f"digest:{adviser.id}:{organisation.id}:{now.date()}"
        queue_mail(session, adviser, "digest", key, word("mail", "digest_subject", **where), body, now)


def _lines(session: Session, acting: Acting, settings: OrganisationSettings, now: datetime) -> list[str]:
    unclaimed, mine = _count(session, acting, "unclaimed", now), _own_waiting(session, acting, now)
    tasks = due_count(session, acting, now.date())
    wave = wave_day_within(settings, now.date())
    return [
        *([word("mail", "digest_unclaimed", n=str(unclaimed))] if unclaimed else []),
        *([word("mail", "digest_mine", n=str(mine))] if mine else []),
        *([word("mail", "digest_tasks", n=str(tasks))] if tasks else []),
        *([word("mail", "digest_wave", day=full_day(wave))] if wave else []),
    ]


def wave_day_within(settings: OrganisationSettings, today: date) -> date | None:
    """The day within the next week on which a wave begins; None when none does. Pure."""
    days = [
        working_day_near(month.year, month.month, settings.wave_day, settings.wave_day_moves)
        for month in (today, today + _A_WEEK, today.replace(day=1) - timedelta(days=1))
    ]
    return next((day for day in sorted(days) if today <= day <= today + _A_WEEK), None)


def _count(session: Session, acting: Acting, folder: Folder, now: datetime) -> int:
    asked = select(func.count()).select_from(Conversation).where(*within(acting, None, folder, now))
    return session.scalar(asked) or 0


def _own_waiting(session: Session, acting: Acting, now: datetime) -> int:
    waits = Conversation.waiting_since.is_not(None)
    asked = select(func.count()).select_from(Conversation).where(*within(acting, None, "mine", now), waits)
    return session.scalar(asked) or 0
