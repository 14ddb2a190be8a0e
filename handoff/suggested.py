"""Answers that an adviser might give to what was heard last: the catalogue's own texts, put into the adviser's mouth.

Only suggested, never sent: the adviser reads and changes them. Nothing of a case to somebody who is not recognised,
nothing in a crisis, nothing once a person has answered.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.corrections import newest_corrections
from bot.dialogs import texts
from bot.dialogs.effects import Say
from bot.dialogs.languages import is_short
from bot.dialogs.state import CaseFacts
from bot.facts import case_facts
from bot.models import Conversation, Message
from handoff.corrections import meant
from handoff.filling import may_tell
from handoff.formats import first_name
from handoff.handoffs import Acting
from handoff.wording import word

MOST = 3

#: What was heard, and the texts that answer it, the best first. Only texts that a person could have written.
ANSWERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ask_boligstoette": ("boligstoette.full", "boligstoette_who.full"),
        "ask_enkeltydelse": ("enkeltydelse.full", "kommune_where.full", "kommune_bring.full"),
        "ask_personal_supplement": ("personal_supplement.full",),
        "ask_medicine_support": ("medicine_support.full",),
        "ask_budget_advice": ("budget_advice.full",),
        "ask_rent_administration": ("rent_administration.full",),
        "ask_how_to_pay": ("how_to_pay.full",),
        "ask_deadline": ("deadline.told",),
        "ask_amount": ("amount.told",),
        "already_paid": ("paid.full",),
        "inform_job_loss": ("told.job_loss", "enkeltydelse.full", "boligstoette.full"),
        "inform_illness": ("told.illness", "enkeltydelse.full"),
        "inform_separation": ("told.separation", "boligstoette.full"),
        "inform_bereavement": ("told.bereavement", "enkeltydelse.full"),
        "inform_income_change": ("told.income_change", "boligstoette.full", "enkeltydelse.full"),
        "inform_expense": ("told.expense", "enkeltydelse.full"),
        "inform_debt": ("debt.full",),
        "cannot_pay": ("told.cannot_pay", "enkeltydelse.full"),
        "thank": ("other.welcome",),
    }
)
#: Sections that tell of a case.
_SECRET = frozenset({"deadline", "amount"})
#: Intents after which nothing is suggested: here a person finds the words.
_SILENT = frozenset({"crisis_self_harm", "crisis_violence", "wrong_person", "opt_out", "abuse", "distress"})
#: What an adviser says of themselves, where the bot speaks of one.
_I: Mapping[str, tuple[tuple[str, str], ...]] = {
    "da": (("En rådgiver", "Jeg"), ("en rådgiver", "jeg")),
    "en": (("An adviser", "I"), ("an adviser", "I")),
}
#: Whom a text names, in the adviser's own mouth.
_MYSELF = {"da": "jeg", "en": "I"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One text; ``label`` says in a word or two what it is about."""

    key: str
    label: str
    text: str
    language: str


def read_suggestions(
    session: Session, acting: Acting, conversation: Conversation, now: datetime
) -> tuple[Suggestion, ...]:
    """Up to three for the resident's newest words, as long as no adviser has answered them."""
    if conversation.priority == "crisis" or conversation.closed_at is not None:
        return ()
    newest = _newest_words(session, conversation)
    if newest is None:
        return ()
    heard = meant(newest, newest_corrections(session, [newest.id]).get(newest.id))
    if not heard or _SILENT & {*heard} or not any(name in ANSWERS for name in heard):
        return ()
    facts = case_facts(session, conversation, now)
    found = {}
    for key in _keys(heard):
        said = _say(key, acting, facts, now, is_told=may_tell(conversation, facts))
        if said is not None:
            found[key] = said
    return tuple(found.values())[:MOST]


def find_suggestion(
    session: Session, acting: Acting, conversation: Conversation, key: str, now: datetime
) -> Suggestion | None:
    """One of those that are suggested now."""
    return next((each for each in read_suggestions(session, acting, conversation, now) if each.key == key), None)


def _newest_words(session: Session, conversation: Conversation) -> Message | None:
    """The resident's newest SMS, unless a person has written since."""
    mine = Message.conversation_id == conversation.id
    written = (Message.direction == "in") | ((Message.author == "adviser") & (Message.status != "refused"))
    newest = session.scalar(select(Message).where(mine, written).order_by(Message.id.desc()).limit(1))
    return newest if newest is not None and newest.direction == "in" else None


def _keys(heard: tuple[str, ...]) -> Iterator[str]:
    """The best of each first, then the others; thanks only where nothing else was said."""
    said = [name for name in heard if name in ANSWERS and (name != "thank" or len(heard) == 1)]
    deepest = max((len(ANSWERS[name]) for name in said), default=0)
    for place in range(deepest):
        yield from (ANSWERS[name][place] for name in said if place < len(ANSWERS[name]))


def _say(key: str, acting: Acting, facts: CaseFacts, now: datetime, *, is_told: bool) -> Suggestion | None:
    if key.split(".")[0] in _SECRET and not (is_told and facts.status == "open"):
        return None
    language = _language(key, facts)
    values = _values(acting, facts, now, language)
    if not texts.needs(key) <= values.keys():
        return None
    says = [Say(key, {name: values[name] for name in texts.needs(key)})]
    body = _as_a_person(texts.written(says, language, facts.own), language)
    return Suggestion(key, word("suggested", key.split(".")[0]), body, language)


def _language(key: str, facts: CaseFacts) -> str:
    """The resident's, where there is the text in it; else Danish."""
    is_ours = facts.language in texts.LANGUAGES or is_short(facts.language, facts.languages)
    return facts.language if is_ours and key in texts.catalogue(facts.language) else texts.FALLBACK


def _values(acting: Acting, facts: CaseFacts, now: datetime, language: str) -> dict[str, str | int]:
    known: dict[str, str | int | None] = {
        "adviser": _MYSELF.get(language, first_name(acting.name)),
        "organisation": facts.organisation,
        "name": facts.first_name,
        "month_end": monthrange(now.year, now.month)[1],
        "kommune_number": facts.kommune_number,
        "main_number": facts.main_number,
        "amount": facts.arrears_ore or None,
        "deadline": facts.deadline.isoformat() if facts.deadline and facts.deadline >= now.date() else None,
    }
    return {name: value for name, value in known.items() if value}


def _as_a_person(body: str, language: str) -> str:
    for of_one, mine in _I.get(language, ()):
        body = re.sub(rf"\b{of_one}\b", mine, body)
    return body
