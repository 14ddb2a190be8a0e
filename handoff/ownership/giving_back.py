"""Giv til botten, with a word where to go on: it waits for the resident, or asks at once what the adviser chose.

What the bot then says is an answer in a talk that goes on: it goes at any hour, like the adviser's own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.dialogs.resumption import TOPICS, possible, resume
from bot.dialogs.state import CaseFacts, Decision, State
from bot.dialogs.texts import render
from bot.facts import case_facts
from bot.models import Conversation
from bot.outbox import queue_message
from bot.thread import add_marker
from handoff.formats import first_name
from handoff.handoffs import Acting, Done, Refused, Result, is_mine, locked, not_mine, release


def topics(session: Session, acting: Acting, conversation: Conversation, now: datetime) -> tuple[str, ...]:
    """What the bot could begin on, if it were given back now."""
    state = State.from_json(conversation.state)
    return possible(state, _facts(session, acting, conversation, now), now.date())


def give_back(
    session: Session, acting: Acting, conversation_id: int, topic: str, now: datetime, *, at_once: bool
) -> Result:
    """To the bot; ``topic`` is one of ``TOPICS``, or empty: it waits for whatever the resident writes."""
    if not topic:
        return release(session, acting, conversation_id, now)
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if not is_mine(conversation, acting):
        return not_mine(conversation)
    facts = _facts(session, acting, conversation, now)
    state = State.from_json(conversation.state)
    decision = resume(topic, state, facts, now.date(), at_once=at_once) if topic in TOPICS else None
    if decision is None:
        return Refused("unknown_topic")
    release(session, acting, conversation_id, now)
    return Done(conversation.id, _take_turn(session, acting, conversation, topic, decision, facts, now))


def _take_turn(
    session: Session,
    acting: Acting,
    conversation: Conversation,
    topic: str,
    decision: Decision,
    facts: CaseFacts,
    now: datetime,
) -> int | None:
    said = apply(Turn(session, conversation, now), decision)
    add_marker(session, conversation, "resumed", now, acting.adviser_id, topic=topic)
    if not said:
        return None
    body = render(said, conversation.language, facts.own, facts.languages)
    return queue_message(session, conversation, body, author="bot", now=now).id


def _facts(session: Session, acting: Acting, conversation: Conversation, now: datetime) -> CaseFacts:
    """As the bot would know it; whoever gives it back is the one who reads along."""
    return replace(case_facts(session, conversation, now), adviser=first_name(acting.name))
