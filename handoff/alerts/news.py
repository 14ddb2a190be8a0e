"""What is new for one adviser, as keys that a browser tells once; and what is said while the office is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.models import Alarm, Conversation, Organisation
from bot.organisations import read_settings
from bot.workdays import answer_by, is_open
from handoff.folders import waiting_count, within
from handoff.handoffs import Acting
from handoff.wording import word

#: A browser that was away tells of so many; more would be "many" anyway.
_MOST = 100


def read_news(session: Session, acting: Acting, now: datetime) -> dict[str, Any]:
    """Counts, and an event for each crisis that rings and each wait that is this adviser's or nobody's yet."""
    crises = _crises(session, acting)
    events = [{"key": f"crisis:{number}", "kind": "crisis"} for number in crises]
    events += [{"key": key, "kind": "waiting"} for key in _waits(session, acting, now)]
    return {
        "waiting": waiting_count(session, acting, now),
        "crises": len(crises),
        "events": events,
        "office": office_words(session, acting, now),
    }


def office_words(session: Session, acting: Acting, now: datetime) -> str:
    """What the bot promises residents while the office is closed; empty while it is open."""
    mine = select(Organisation).where(Organisation.id.in_(acting.organisations)).order_by(Organisation.name)
    found = [(each.name, read_settings(each.settings).office_hours) for each in session.scalars(mine)]
    closed = [(name, answer_by(now, hours)) for name, hours in found if not is_open(hours, now)]
    if not closed:
        return ""
    if len(closed) == len(found) and len({when for _, when in closed}) == 1:
        return word("office", "closed", when=closed[0][1])
    return " ".join(word("office", "closed_at", organisation=name, when=when) for name, when in closed)


def _crises(session: Session, acting: Acting) -> list[int]:
    wanted = select(Alarm.id).join(Conversation, Conversation.id == Alarm.conversation_id)
    wanted = wanted.where(Alarm.seen_at.is_(None), Conversation.closed_at.is_(None))
    return list(session.scalars(wanted.where(Conversation.organisation_id.in_(acting.organisations)).limit(_MOST)))


def _waits(session: Session, acting: Acting, now: datetime) -> list[str]:
    mine = or_(Conversation.held_by == "queue", Conversation.adviser_id == acting.adviser_id)
    wanted = select(Conversation.id, Conversation.waiting_since).where(*within(acting, None, "waiting", now), mine)
    wanted = wanted.where(Conversation.waiting_since.is_not(None), Conversation.priority != "crisis")
    found = session.execute(wanted.order_by(Conversation.waiting_since.desc()).limit(_MOST))
    return [f"waiting:{number}:{int(since.timestamp())}" for number, since in found if since]
