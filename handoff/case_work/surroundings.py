"""What stands around a case: whether the resident takes SMS and by which words, and what there was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Consent, Conversation, Marker, Message, Resident
from handoff.formats import day
from handoff.saying import said
from handoff.threads import PAGE
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Consented:
    """Yes or no since when, and the words."""

    text: str
    source: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case or an opening before this one; ``conversation_id`` where it has a thread of its own."""

    name: str
    ended: str
    conversation_id: int | None = None


def read_consent(session: Session, conversation: Conversation, now: datetime) -> Consented:
    """The newest word of the number, in whichever organisation it was said."""
    newest = select(Consent).where(Consent.phone == conversation.phone).order_by(Consent.id.desc()).limit(1)
    consent = session.scalar(newest)
    if consent is None:
        return Consented(word("consents", "none"), "", is_out=False)
    since = day(consent.at.date(), now.date())
    said = consent.source != "resident" or bool(consent.words)
    source = word("consents", consent.source, words=consent.words) if said else ""
    text = word("consents", "out" if consent.opted_out else "in", day=since)
    return Consented(text, source, is_out=consent.opted_out)


def read_earlier(session: Session, case: Case, conversation: Conversation, now: datetime) -> tuple[Earlier, ...]:
    """The same resident's other cases, and earlier openings of this one, the newest first."""
    return (*_cases(session, case, now), *_openings(session, case, conversation, now))


def on_page(session: Session, conversation: Conversation, message_id: int) -> bool:
    """True when the thread shows this message without its older part."""
    mine = select(Message.id).where(Message.conversation_id == conversation.id).order_by(Message.id.desc())
    first = session.scalar(mine.offset(PAGE - 1).limit(1))
    return first is None or message_id >= first


def _cases(session: Session, case: Case, now: datetime) -> list[Earlier]:
    # Who they are first: asked for in one, "or" would have the database go through all of the organisation's cases.
    same = {case.resident_id}
    if case.resident.phone:
        same |= set(session.scalars(select(Resident.id).where(Resident.phone == case.resident.phone)))
    wanted = (
        select(Case, Conversation.id)
        .outerjoin(Conversation, Conversation.case_id == Case.id)
        .where(Case.resident_id.in_(same), Case.organisation_id == case.organisation_id, Case.id != case.id)
        .order_by(Case.received.desc(), Case.id.desc())
        .limit(10)
    )
    return [Earlier(_name(row[0], now), _ended(row[0], now), row[1]) for row in session.execute(wanted)]


def _name(case: Case, now: datetime) -> str:
    return said("Sag {case_ref}, modtaget {when}", case_ref=case.case_ref, when=day(case.received, now.date()))


def _ended(case: Case, now: datetime) -> str:
    if case.status == "open":
        return said("Åben")
    how = said("Alt er betalt") if case.status == "settled" else word("outcomes", case.outcome)
    return f"{how}, {day(case.closed_at.date(), now.date())}" if case.closed_at else how


def _openings(session: Session, case: Case, conversation: Conversation, now: datetime) -> list[Earlier]:
    """What the thread says of how the case ended before it came again."""
    closed = (Marker.conversation_id == conversation.id, Marker.kind == "closed", Marker.at < case.opened_at)
    found = session.scalars(select(Marker).where(*closed).order_by(Marker.id.desc()).limit(10))
    return [
        Earlier(
            said("Samme sag, afsluttet {when}", when=day(marker.at.date(), now.date())),
            word("outcomes", str(marker.detail.get("outcome", "other"))),
        )
        for marker in found
    ]
