"""How old an organisation's figures are: while they are older than it allows, its waves wait, and a human is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import incidents
from bot.db import Database
from bot.models import COPENHAGEN, Case, Organisation
from scheduler.calendar import day_of_wave, wave_month
from scheduler.gather import rules_of
from scheduler.waves import Rules


def feed_at(session: Session, organisation_id: int) -> datetime | None:
    """The rent system's newest word about any case."""
    return session.scalar(select(func.max(Case.updated_at)).where(Case.organisation_id == organisation_id))


def is_stale(newest: datetime | None, max_age: timedelta | None, now: datetime) -> bool:
    """True when there are figures, and they are older than the organisation allows."""
    return newest is not None and max_age is not None and now - newest > max_age


def watch_feed(db: Database, organisation_id: int, now: datetime) -> bool:
    """Tell a human while old figures hold a wave, until fresh ones come; True while they are too old."""
    with db.read() as session:
        rules = rules_of(session, session.get_one(Organisation, organisation_id))
        stale = is_stale(feed_at(session, organisation_id), rules.feed_max_age, now)
        known = [each for each in incidents.open_incidents(session, [organisation_id]) if each.kind == "feed_too_old"]
    month = _held(rules, now) if stale else None
    if month is not None and not any(each.subject == month for each in known):
        with db.write() as session:
            incidents.report(session, "feed_too_old", now, organisation_id=organisation_id, subject=month)
    if known and not stale:
        with db.write() as session:
            incidents.end(session, "feed_too_old", now, organisation_id=organisation_id)
    return stale


def _held(rules: Rules, now: datetime) -> str | None:
    """The month whose wave would run now."""
    today = now.astimezone(COPENHAGEN).date()
    month = wave_month(today, rules.wave_day)
    has_come = day_of_wave(month, rules.wave_day) <= today or month in rules.started
    return month if has_come and month not in rules.cancelled | rules.paused else None
