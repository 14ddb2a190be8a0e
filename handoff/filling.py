"""An organisation's canned replies with the places filled in for one resident, ready to be read and inserted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogs.languages import KNOWN
from bot.dialogs.state import CaseFacts
from bot.dialogs.texts import PLACEHOLDERS
from bot.facts import case_facts
from bot.models import CannedReply, Conversation
from bot.organisations import read_settings
from bot.sms import segments
from handoff.canned import list_replies
from handoff.formats import first_name
from handoff.handoffs import Acting
from handoff.places import Filled, fill
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Reply:
    """One canned reply as it would read here. ``problem`` says what is missing, or why it may not be inserted."""

    id: int
    name: str
    language: str
    text: str
    size: str
    problem: str
    may_insert: bool


def read_replies(
    session: Session, acting: Acting, conversation: Conversation, now: datetime, search: str = ""
) -> tuple[Reply, ...]:
    """Those of the conversation's organisation, its own language first; all words of a search must stand in one."""
    replies = list_replies(session, conversation.organisation_id)
    if not replies:
        return ()
    facts = case_facts(session, conversation, now)
    is_recognised = may_tell(conversation, facts)
    found = []
    for reply in sorted(replies, key=lambda it: (it.language != conversation.language, it.language != "da")):
        values = values_for(acting, facts, reply.language)
        shown = _shown(reply, fill(reply.body, values, is_recognised=is_recognised))
        if all(part in f"{shown.name} {shown.text}".casefold() for part in search.casefold().split()):
            found.append(shown)
    return tuple(found)


def may_tell(conversation: Conversation, facts: CaseFacts) -> bool:
    """True when the resident is recognised and the organisation writes of the case by SMS at all."""
    settings = read_settings(conversation.organisation.settings)
    return facts.case_ref is not None and conversation.verified and settings.sms_detail == "recognised"


def values_for(acting: Acting, facts: CaseFacts, language: str) -> Mapping[str, str]:
    """What the places are filled with; empty where it is not known."""
    spoken = language if language in KNOWN else "da"
    is_open = facts.case_ref is not None and facts.status == "open"
    return {
        "name": facts.first_name,
        "adviser": first_name(acting.name),
        "organisation": facts.organisation,
        "deadline": _say("deadline", facts.deadline.isoformat(), spoken) if is_open and facts.deadline else "",
        "arrears": _say("amount", facts.arrears_ore, spoken) if is_open and facts.arrears_ore else "",
        "main_number": _say("main_number", facts.main_number, spoken) if facts.main_number else "",
        "kommune": facts.kommune,
        "kommune_number": _say("kommune_number", facts.kommune_number, spoken) if facts.kommune_number else "",
        "answer_by": _say("answer_by", facts.answer_by, spoken),
    }


def _say(place: str, value: object, language: str) -> str:
    """As the bot writes it; a language without words for days says them in Danish."""
    try:
        return PLACEHOLDERS[place].write(value, language)
    except KeyError:
        return PLACEHOLDERS[place].write(value, "da")


def _shown(reply: CannedReply, filled: Filled) -> Reply:
    return Reply(
        id=reply.id,
        name=reply.name,
        language=reply.language,
        text=filled.text,
        size=f"{segments(filled.text)} SMS",
        problem=_problem(filled),
        may_insert=filled.may_insert,
    )


def _problem(filled: Filled) -> str:
    if filled.secret:
        return word("writing", "not_recognised")
    missing = ", ".join(word("places", name) for name in filled.missing)
    return word("writing", "missing", what=missing) if missing else ""
