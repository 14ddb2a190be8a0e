"""What the head of a conversation says of whose it is: who else is here, whom it could go to, what the bot could do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.models import Conversation
from handoff.handoffs import Acting
from handoff.mentions import Colleague, colleagues
from handoff.ownership.giving_back import topics
from handoff.ownership.meanwhile import read_until
from handoff.ownership.moments import ahead, choices
from handoff.ownership.presence import Others, others
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Hands:
    """Only who is here and who has it are told to everybody; the rest to the one who has it."""

    others: Others
    holder_id: int | None = None
    snoozed: str = ""  #: until when it is put off
    colleagues: tuple[Colleague, ...] = ()
    topics: tuple[tuple[str, str], ...] = ()
    moments: tuple[tuple[str, str], ...] = ()
    tomorrow: date | None = None  #: the first day that it can be put off to
    read_until: int = 0  #: the newest SMS of the resident that this page shows


def read_hands(session: Session, acting: Acting, conversation: Conversation, now: datetime, *, is_mine: bool) -> Hands:
    """As it stands now."""
    here = others(session, acting, conversation.id, now)
    until = conversation.snoozed_until
    snoozed = ahead(until, now) if until is not None and until > now else ""
    if not is_mine:
        return Hands(here, conversation.adviser_id, snoozed)
    moments = choices(now)
    return Hands(
        others=here,
        holder_id=conversation.adviser_id,
        snoozed=snoozed,
        colleagues=colleagues(session, conversation.organisation_id, acting.adviser_id),
        topics=tuple((topic, word("resume_topics", topic)) for topic in topics(session, acting, conversation, now)),
        moments=tuple((name, word("snooze", name)) for name in moments),
        tomorrow=moments["tomorrow"].date(),
        read_until=read_until(session, conversation.id),
    )
