"""One open conversation as an adviser sees it: who has it, the thread, the case, and what can be done now."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.models import Conversation
from bot.sms import national
from bot.store import is_opted_out
from handoff.cases import CasePanel, read_case
from handoff.closing import outcomes_for
from handoff.formats import first_name
from handoff.handoffs import Acting
from handoff.ownership.hands import Hands, read_hands
from handoff.priority import Chip, days_left, days_left_chip
from handoff.saying import said
from handoff.threads import Reader, Thread, read_thread
from handoff.wording import catalogue, lowered, word
from handoff.writing import Writing, read_writing

Standing = Literal["mine", "free", "bot", "other", "closed"]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do in a crisis."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page of one conversation is made of."""

    id: int
    name: str
    first_name: str
    is_known: bool
    phone: str
    phone_words: str
    language: str
    standing: Standing
    standing_words: str
    holder: str
    hands: Hands  #: whom it could go to, and who else is here
    opted_out: bool
    taken_off: bool  #: the number belonged to somebody else: nothing of the case is written or said there
    is_crisis: bool
    reason: str
    steps: tuple[Step, ...]
    chip: Chip | None
    thread: Thread
    case: CasePanel | None
    outcomes: tuple[tuple[str, str], ...]
    form_token: str
    writing: Writing

    @property
    def may_write(self) -> bool:
        """True when an SMS of this adviser would go out."""
        return self.standing == "mine" and not self.opted_out and not self.taken_off

    @property
    def composer(self) -> str:
        """What the composer is; it is only drawn anew when this changes."""
        return f"{self.standing}{'-out' if self.opted_out else ''}{'-off' if self.taken_off else ''}"


def find_conversation(session: Session, acting: Acting, conversation_id: int) -> Conversation | None:
    """The conversation, when it belongs to one of the adviser's organisations; else it does not exist."""
    return session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id, Conversation.organisation_id.in_(acting.organisations))
        .options(joinedload(Conversation.case), joinedload(Conversation.adviser))
    )


def read_desk(
    session: Session, acting: Acting, conversation: Conversation, now: datetime, *, whole: bool = False
) -> Desk:
    """Everything on the page of one conversation."""
    case = conversation.case
    resident = case.resident.name if case else ""
    standing = _standing(conversation, acting)
    first = first_name(resident) or said("nummeret")
    is_crisis = conversation.priority == "crisis"
    is_open = case is not None and case.status == "open"
    taken_off = case is not None and case.number_taken_off
    return Desk(
        id=conversation.id,
        name=resident or national(conversation.phone),
        first_name=first,
        is_known=case is not None,
        phone=conversation.phone,
        phone_words=national(conversation.phone),
        language=word("languages", conversation.language),
        standing=standing,
        standing_words=_standing_words(standing, conversation),
        holder=first_name(conversation.adviser.name) if conversation.adviser else "",
        hands=read_hands(session, acting, conversation, now, is_mine=standing == "mine"),
        opted_out=is_opted_out(session, conversation.phone),
        taken_off=taken_off,
        is_crisis=is_crisis,
        reason=word("reasons", conversation.reason) if conversation.reason else "",
        steps=_steps(conversation.reason, said("personen") if taken_off else first) if is_crisis else (),
        chip=days_left_chip(days_left(case.deadline, now.date())) if case and is_open else None,
        thread=read_thread(session, conversation, Reader(acting.adviser_id, now, resident), whole=whole),
        case=read_case(session, case, conversation, now) if case else None,
        outcomes=tuple((o, word("outcomes", o)) for o in outcomes_for(has_case=case is not None)),
        form_token=secrets.token_hex(12),
        writing=read_writing(session, acting, conversation, now),
    )


def _standing(conversation: Conversation, acting: Acting) -> Standing:
    if conversation.closed_at is not None:
        return "closed"
    if conversation.held_by == "adviser":
        return "mine" if conversation.adviser_id == acting.adviser_id else "other"
    return "bot" if conversation.held_by == "bot" else "free"


def _standing_words(standing: Standing, conversation: Conversation) -> str:
    match standing:
        case "mine":
            return said("Du har samtalen")
        case "other":
            who = first_name(conversation.adviser.name) if conversation.adviser else said("En kollega")
            return said("{who} har samtalen", who=who)
        case "bot":
            return said("Botten har samtalen")
        case "closed":
            outcome = conversation.case.outcome if conversation.case else None
            return said("Afsluttet") + (f": {lowered(word('outcomes', outcome))}" if outcome else "")
        case _:
            return said("Ingen har den endnu")


def _steps(reason: str | None, name: str) -> tuple[Step, ...]:
    known: dict[str, list[dict[str, Any]]] = catalogue()["crisis"]["steps"]
    steps = known.get(reason or "", known["crisis_self_harm"])
    return tuple(Step(step["title"], step["text"].format(name=name)) for step in steps)
