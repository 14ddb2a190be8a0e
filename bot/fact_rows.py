"""What the tables know that a text may need, for many conversations in a handful of queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.dialogs.state import Slot
from bot.models import Adviser, Consent, Conversation, Fact, Handoff, Message, Plan, membership
from bot.store import own_words

#: Ids in one query: below what SQLite and PostgreSQL take as parameters.
CHUNK = 1000
Id = TypeVar("Id", int, str)


def chunks(ids: Iterable[Id], size: int = CHUNK) -> Iterator[list[Id]]:
    """The ids, so many at a time."""
    left = iter(ids)
    while chunk := list(islice(left, size)):
        yield chunk


class FactRows:
    """Consent, facts, plans and SMS of these conversations, and what their organisations say of themselves."""

    def __init__(
        self, session: Session, conversations: Sequence[Conversation], lately: datetime, crisis_since: datetime
    ) -> None:
        ids = {each.id for each in conversations if each.id is not None}
        organisations = {each.organisation.id for each in conversations}
        cases = {each.case.id for each in conversations if each.case is not None}
        self.opted_out = _opted_out(session, {each.phone for each in conversations})
        self.facts = _facts(session, ids)
        self.inbound = _inbound(session, ids, lately)
        self.after_crisis = _after_crisis(session, ids, crisis_since)
        self.proposed, self.approved = _plans(session, cases)
        self.own = {each: own_words(session, each) for each in organisations}
        self.first_adviser = {each: _first_adviser(session, each) for each in organisations}


def _ask(session: Session, ids: Collection[Id], query: Callable[[list[Id]], Any]) -> Iterator[Any]:
    for chunk in chunks(sorted(ids)):
        yield from session.execute(query(chunk))


def _opted_out(session: Session, phones: set[str]) -> frozenset[str]:
    """The numbers whose newest word was stop."""
    rows = _ask(
        session,
        phones,
        lambda some: select(Consent.phone, Consent.opted_out).where(Consent.phone.in_(some)).order_by(Consent.id),
    )
    newest = dict(rows)
    return frozenset(phone for phone, opted_out in newest.items() if opted_out)


def _facts(session: Session, ids: set[int]) -> dict[int, list[tuple[int | None, str, Slot]]]:
    """By conversation, the oldest first: of which case, its name, its value."""
    columns = (Fact.conversation_id, Fact.case_id, Fact.name, Fact.value)
    found: dict[int, list[tuple[int | None, str, Slot]]] = defaultdict(list)
    rows = _ask(session, ids, lambda some: select(*columns).where(Fact.conversation_id.in_(some)).order_by(Fact.id))
    for conversation_id, case_id, name, value in rows:
        found[conversation_id].append((case_id, name, value))
    return found


def _inbound(session: Session, ids: set[int], since: datetime) -> dict[int, int]:
    """How many SMS came from then on, by conversation."""
    recent = (Message.direction == "in", Message.at >= since)
    count = select(Message.conversation_id, func.count(Message.id)).where(*recent).group_by(Message.conversation_id)
    rows = _ask(session, ids, lambda some: count.where(Message.conversation_id.in_(some)))
    return dict(rows)


def _after_crisis(session: Session, ids: set[int], since: datetime) -> frozenset[int]:
    """The conversations whose crisis somebody has ended from then on."""
    ended = select(Handoff.conversation_id).where(Handoff.priority == "crisis", Handoff.ended_at >= since)
    rows = _ask(session, ids, lambda some: ended.where(Handoff.conversation_id.in_(some)))
    return frozenset(row[0] for row in rows)


def _plans(session: Session, cases: set[int]) -> tuple[dict[int, Plan], dict[int, list[Plan]]]:
    """By case: the newest proposed plan; the approved ones, the newest last."""
    proposed: dict[int, Plan] = {}
    approved: dict[int, list[Plan]] = defaultdict(list)
    standing = select(Plan).where(Plan.status.in_(("proposed", "approved"))).order_by(Plan.id)
    for (plan,) in _ask(session, cases, lambda some: standing.where(Plan.case_id.in_(some))):
        if plan.status == "proposed":
            proposed[plan.case_id] = plan
        else:
            approved[plan.case_id].append(plan)
    return proposed, approved


def _first_adviser(session: Session, organisation_id: int) -> str:
    """Whole name; empty when there is none."""
    first = session.scalar(
        select(Adviser.name)
        .join(membership, membership.c.adviser_id == Adviser.id)
        .where(membership.c.organisation_id == organisation_id, Adviser.is_active)
        .order_by(Adviser.role != "adviser", Adviser.id)
        .limit(1)
    )
    return first or ""
