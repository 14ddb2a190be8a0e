"""One list of conversations: which stand in it and in which order, then what their rows say.

Two questions: the first finds the few that are shown, of however many, from indexes alone; the second reads those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from bot.models import Case, Conversation, Handoff, Message, MessageStatus
from handoff import priority
from handoff.drafts import drafted
from handoff.filters import MOST, PAGE, Choice
from handoff.folders import chosen, is_planned
from handoff.formats import first_name, initials
from handoff.handoffs import Acting
from handoff.mentions import unseen_in
from handoff.rows import QueueRow


@dataclass(frozen=True, slots=True)
class Queue:
    """One list, ready to be shown."""

    choice: Choice
    groups: tuple[priority.Group[QueueRow], ...]
    total: int
    longest_wait: datetime | None

    @property
    def ids(self) -> tuple[int, ...]:
        """The conversations shown, in order."""
        return tuple(row.id for group in self.groups for row in group.rows)

    @property
    def more(self) -> int:
        """How many the list would show after "Vis flere"; 0 when there are no more, or search must find them."""
        return self.choice.show + PAGE if self.choice.show < min(self.total, MOST) else 0


def read_queue(session: Session, acting: Acting, choice: Choice, now: datetime) -> Queue:
    """The rows that are asked for, in their order; by urgency they stand in groups."""
    total, longest = _sum(session, acting, choice, now)
    ids = _first(session, acting, choice, now)
    rows = read_rows(session, acting, ids, now, plans=choice.folder == "later")
    ordered = choice.order == "urgent" and choice.folder != "closed"
    return Queue(choice, priority.group(rows) if ordered else priority.as_they_stand(rows), total, longest)


def read_rows(
    session: Session, acting: Acting, ids: Sequence[int], now: datetime, *, plans: bool = False
) -> list[QueueRow]:
    """The rows of these conversations, as they were named; with the time of an SMS to be sent later, if asked."""
    found = session.execute(_details().where(Conversation.id.in_(ids))).unique()
    planned = _planned(session, ids) if plans else {}
    rows = {row[0].id: _row(acting, now, planned, *row) for row in found}
    named, begun = unseen_in(session, acting.adviser_id, ids), drafted(session, acting.adviser_id, ids)
    return [
        replace(rows[number], is_named=number in named, has_draft=number in begun) for number in ids if number in rows
    ]


def _sum(session: Session, acting: Acting, choice: Choice, now: datetime) -> tuple[int, datetime | None]:
    """How many there are, and the longest wait; who has ended waits for nothing."""
    wanted = chosen(acting, choice, now)
    if choice.folder == "closed":
        return session.scalar(select(func.count()).select_from(Conversation).where(*wanted)) or 0, None
    total, longest = session.execute(select(func.count(), func.min(Conversation.waiting_since)).where(*wanted)).one()
    return total, longest


def _first(session: Session, acting: Acting, choice: Choice, now: datetime) -> list[int]:
    found = select(Conversation.id).where(*chosen(acting, choice, now)).limit(choice.show)
    if choice.folder == "closed":
        return list(session.scalars(found.order_by(Conversation.closed_at.desc(), Conversation.id.desc())))
    if choice.order == "newest":
        newest = Conversation.last_message_at.desc().nulls_last()
        return list(session.scalars(found.order_by(newest, Conversation.id.desc())))
    if choice.order == "wait":
        return list(session.scalars(found.order_by(Conversation.waiting_since.nulls_last(), Conversation.id)))
    return list(session.scalars(found.outerjoin(Case, Case.id == Conversation.case_id).order_by(*_by_urgency())))


def _by_urgency() -> tuple[Any, ...]:
    """What ``priority.order`` says, in the database's words."""
    is_crisis = Conversation.priority == "crisis"
    untaken = is_crisis & (Conversation.held_by != "adviser")
    rank = case((untaken, 0), (is_crisis, 1), (Conversation.priority == "high", 2), else_=3)
    deadline = case((is_crisis, None), (Case.status == "open", Case.deadline))
    return rank, deadline.nulls_last(), Conversation.waiting_since.nulls_last(), Conversation.id


def _details() -> Any:
    inner = aliased(Message)
    # The resident's last words; the bot's own where they have said nothing yet.
    newest = (
        select(func.coalesce(func.max(case((inner.direction == "in", inner.id))), func.max(inner.id)))
        .where(inner.conversation_id == Conversation.id)
        .correlate(Conversation)
        .scalar_subquery()
    )
    claimed_at = (
        select(func.max(Handoff.claimed_at))
        .where(Handoff.conversation_id == Conversation.id, Handoff.ended_at.is_(None))
        .correlate(Conversation)
        .scalar_subquery()
    )
    arrived = (
        select(func.max(MessageStatus.at))
        .where(MessageStatus.message_id == Message.id, MessageStatus.status == "received")
        .correlate(Message)
        .scalar_subquery()
    )
    return (
        select(Conversation, Message, claimed_at, arrived)
        .outerjoin(Message, Message.id == newest)
        .options(joinedload(Conversation.case), joinedload(Conversation.adviser))
    )


def _planned(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    when = select(Message.conversation_id, func.min(Message.send_at)).where(is_planned())
    found = session.execute(when.where(Message.conversation_id.in_(ids)).group_by(Message.conversation_id))
    return {conversation: at for conversation, at in found if at is not None}


def _row(
    acting: Acting,
    now: datetime,
    planned: Mapping[int, datetime],
    conversation: Conversation,
    last: Message | None,
    claimed_at: datetime | None,
    arrived: datetime | None,
) -> QueueRow:
    holder = conversation.adviser.name if conversation.adviser and conversation.held_by == "adviser" else ""
    case_ = conversation.case
    return QueueRow(
        id=conversation.id,
        phone=conversation.phone,
        resident=case_.resident.name if case_ else "",
        department=case_.department if case_ else "",
        language=conversation.language,
        priority=conversation.priority,
        reason=conversation.reason,
        held_by=conversation.held_by,
        holder="dig" if conversation.adviser_id == acting.adviser_id and holder else first_name(holder),
        holder_initials=initials(holder) if holder else "",
        days_left=_days_left(case_, now.date()),
        waiting_since=conversation.waiting_since,
        last_at=conversation.last_message_at,
        last_body=last.body if last else "",
        last_by=last.author if last else "",
        last_media=last.media if last else 0,
        is_unread=_is_unread(conversation, last, claimed_at, arrived),
        snoozed_until=_later(conversation.snoozed_until, now),
        sends_at=planned.get(conversation.id),
        closed_at=conversation.closed_at,
    )


def _days_left(case_: Case | None, today: date) -> int | None:
    return priority.days_left(case_.deadline, today) if case_ and case_.status == "open" else None


def _later(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment and moment > now else None


def _is_unread(
    conversation: Conversation, last: Message | None, claimed_at: datetime | None, arrived: datetime | None
) -> bool:
    """The resident waits for an answer, and nobody has taken the conversation since their last words came to us.

    An SMS that was fetched late was written before it came: what counts is when it came.
    """
    if last is None or last.direction != "in" or conversation.held_by == "bot" or not conversation.waiting_since:
        return False
    if conversation.closed_at is not None:
        return False
    return conversation.held_by == "queue" or claimed_at is None or (arrived or last.at) > claimed_at
