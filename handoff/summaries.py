"""The summary of one conversation for who takes over, read from its facts, promises and what the bot really sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.state import CaseFacts
from bot.dialogs.suggestions import Spelling
from bot.dialogs.summary import Summary, Told, summarise
from bot.dialogs.told_about import told_about
from bot.facts import case_facts
from bot.models import Conversation, Fact, Message, Plan, Promise
from handoff.fact_words import fact_words
from handoff.formats import day, kroner
from handoff.wording import catalogue, word


def read_summary(session: Session, conversation: Conversation, now: datetime) -> Summary:
    """What is known, promised and answered, what is missing, and what might be done next."""
    facts, today = case_facts(session, conversation, now), now.date()
    return summarise(
        _told(session, conversation),
        facts,
        today,
        Spelling(word, kroner, partial(day, today=today), partial(fact_words, today=today)),
        promised=(*_promised(session, conversation, now), *_planned(session, conversation)),
        answered=_answered(session, conversation, facts),
    )


def _told(session: Session, conversation: Conversation) -> list[Told]:
    rows = session.scalars(select(Fact).where(Fact.conversation_id == conversation.id).order_by(Fact.id))
    return [Told(fact.name, fact.value, fact.at) for fact in rows if fact.case_id == conversation.case_id]


def _promised(session: Session, conversation: Conversation, now: datetime) -> Iterable[str]:
    """What the resident has promised and still stands by."""
    mine = (Promise.case_id == conversation.case_id, Promise.status == "open")
    for promise in session.scalars(select(Promise).where(*mine).order_by(Promise.day, Promise.id)):
        amount = word("promises", "all") if promise.amount_ore is None else kroner(promise.amount_ore)
        yield ", ".join(filter(None, (amount, day(promise.day, now.date()) if promise.day else "")))


def _planned(session: Session, conversation: Conversation) -> Iterable[str]:
    """The plan that is proposed or agreed."""
    mine = (Plan.case_id == conversation.case_id, Plan.status.in_(("proposed", "approved")))
    for plan in session.scalars(select(Plan).where(*mine).order_by(Plan.id.desc()).limit(1)):
        yield word("summary", f"plan_{plan.status}").replace("{monthly}", kroner(plan.monthly_ore))


def _answered(session: Session, conversation: Conversation, facts: CaseFacts) -> tuple[str, ...]:
    """The topics of what the bot has sent, each once, in the order first told."""
    topics: dict[str, str] = catalogue()["answered"]
    sent = (Message.conversation_id == conversation.id, Message.author == "bot")
    bodies = session.scalars(select(Message.body).where(*sent).order_by(Message.id))
    return tuple(dict.fromkeys(topics[section] for section in told_about(bodies, topics.keys(), facts.own)))
