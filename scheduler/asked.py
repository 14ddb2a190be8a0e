"""Which cases a human has been asked about, or has dealt with, since they were opened: nobody is asked twice."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.models import Case, Conversation, Handoff, Message, Task
from scheduler.chosen import Chosen


def dealt_with(session: Session, chosen: Chosen) -> set[int]:
    """Cases with a handoff, an adviser's SMS, or a task that is no step of the ladder."""
    return {case_id for query in _queries(chosen.query) for case_id in session.scalars(query, chosen.given)}


@cache
def _queries(chosen: Select[int]) -> tuple[Select[int], ...]:
    mine = select(Case.id).where(Case.id.in_(chosen))
    talks = mine.join(Conversation, Conversation.case_id == Case.id)
    of_another_kind = or_(Task.origin.is_(None), Task.origin.not_like("contact:%"))
    queries = (
        mine.join(Task, Task.case_id == Case.id).where(
            Task.at >= Case.opened_at, Task.type != "find_number", of_another_kind
        ),
        talks.join(Handoff, Handoff.conversation_id == Conversation.id).where(Handoff.at >= Case.opened_at),
        talks.join(Message, Message.conversation_id == Conversation.id).where(
            Message.author == "adviser", Message.at >= Case.opened_at
        ),
    )
    return tuple(query.distinct() for query in queries)
