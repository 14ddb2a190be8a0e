"""What advisers corrected: the newest word on each message, and what to take out of its text before it is exported.

Rows are only added. What the bot heard stays in ``message.heard``; nothing here starts a turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.models import Adviser, Conversation, Correction, Message, Organisation, Resident
from bot.nlu.disguise import Known, disguise
from bot.organisations import read_settings


def newest_corrections(session: Session, message_ids: Iterable[int]) -> dict[int, Correction]:
    """The correction that counts for each of these messages, with who made it."""
    newest = select(func.max(Correction.id)).where(Correction.message_id.in_(message_ids))
    wanted = select(Correction).where(Correction.id.in_(newest.group_by(Correction.message_id)))
    return {row.message_id: row for row in session.scalars(wanted.options(joinedload(Correction.adviser)))}


def corrections_of(session: Session, message_id: int) -> Sequence[Correction]:
    """All that was corrected of one message, oldest first."""
    wanted = select(Correction).where(Correction.message_id == message_id).order_by(Correction.id)
    return session.scalars(wanted.options(joinedload(Correction.adviser))).all()


def disguised(session: Session, since: datetime | None = None) -> Iterator[tuple[tuple[str, ...], str]]:
    """What each corrected message says, and its text without whatever points at a person."""
    newest = select(func.max(Correction.id)).group_by(Correction.message_id)
    wanted = select(Correction).join(Message).where(Correction.id.in_(newest), Message.direction == "in")
    if since is not None:
        wanted = wanted.where(Correction.at >= since)
    whole = joinedload(Correction.message).joinedload(Message.conversation)
    rows = session.scalars(wanted.options(whole.joinedload(Conversation.case)).order_by(Correction.id)).all()
    conversations = {row.message.conversation_id: row.message.conversation for row in rows}
    known = _known(session, list(conversations.values()))
    for row in rows:
        text = disguise(row.message.body, known[row.message.conversation_id])
        if text:
            yield tuple(row.intents), text


def _known(session: Session, conversations: Sequence[Conversation]) -> Mapping[int, Known]:
    """Of each conversation, the people, places and numbers that the database connects with it."""
    houses = {
        house.id: house
        for house in session.scalars(
            select(Organisation)
            .where(Organisation.id.in_({c.organisation_id for c in conversations}))
            .options(selectinload(Organisation.advisers))
        )
    }
    sharing: defaultdict[tuple[int, str], list[Resident]] = defaultdict(list)
    for resident in session.scalars(select(Resident).where(Resident.phone.in_({c.phone for c in conversations}))):
        sharing[resident.organisation_id, resident.phone or ""].append(resident)
    wrote: defaultdict[int, list[str]] = defaultdict(list)
    authors = select(Message.conversation_id, Adviser.name).join(Adviser, Adviser.id == Message.adviser_id).distinct()
    authors = authors.where(Message.conversation_id.in_({c.id for c in conversations}))
    for conversation_id, name in session.execute(authors):
        wrote[conversation_id].append(name)  # also of somebody who has left the house
    return {
        c.id: _known_of(c, houses[c.organisation_id], sharing[c.organisation_id, c.phone], wrote[c.id])
        for c in conversations
    }


def _known_of(
    conversation: Conversation, house: Organisation, sharing: Sequence[Resident], wrote: Sequence[str]
) -> Known:
    case = conversation.case
    residents = [*sharing, *([case.resident] if case else [])]
    return Known(
        people=(
            *(resident.name for resident in residents),
            *(adviser.name for adviser in house.advisers),
            *wrote,
            *([case.adviser.name] if case and case.adviser else []),
            read_settings(house.settings).adviser_name,
        ),
        houses=(house.name, house.slug),
        places=(
            *(place for r in residents for place in (r.address, r.postal_code, r.city)),
            *([case.department, case.municipality] if case else []),
        ),
        references=(case.case_ref, case.tenancy_ref) if case else (),
        birth_days=tuple(resident.birth_day for resident in residents if resident.birth_day),
    )
