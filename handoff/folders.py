"""The folders of the inbox and the rows in them. Every query is bound to the adviser's organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast, get_args

from sqlalchemy import ColumnElement, Executable, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from bot.models import Case, Conversation, Handoff, LiveEvent, Message
from handoff import priority
from handoff.formats import first_name, initials
from handoff.handoffs import Acting
from handoff.rows import QueueRow

Folder = Literal["waiting", "mine", "unclaimed", "bot", "unknown", "all"]

#: Title, the short name on a phone, and what an empty folder says.
FOLDERS: Mapping[Folder, tuple[str, str, str]] = {
    "waiting": ("Venter på os", "Venter", "Nye samtaler kommer her, dem med færrest dage tilbage først."),
    "mine": ("Mine", "Mine", "Samtaler, du tager, kommer her."),
    "unclaimed": ("Ikke taget", "Ikke taget", "Her står dem, som ingen har taget endnu."),
    "bot": ("Botten taler med", "Botten", "Her kan du kigge med, når botten skriver med en beboer."),
    "unknown": ("Ukendte numre", "Ukendte", "Skriver et nummer, som ikke hører til en sag, kommer det her."),
    "all": ("Alle åbne", "Alle", "Ingen samtaler er åbne."),
}

#: A page shows no more; the order is the database's own, so the most urgent are always among them.
PAGE = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """One folder, ready to be shown."""

    folder: Folder
    groups: tuple[priority.Group[QueueRow], ...]
    total: int
    longest_wait: datetime | None

    @property
    def ids(self) -> tuple[int, ...]:
        """The conversations shown, in order."""
        return tuple(row.id for group in self.groups for row in group.rows)


def read_folder(name: str | None) -> Folder:
    """The folder of this name; the first one for any other word."""
    return cast(Folder, name) if name in get_args(Folder) else "waiting"


def counts(session: Session, acting: Acting) -> dict[Folder, int]:
    """How many conversations each folder holds."""
    columns = [func.coalesce(func.sum(case((_in_folder(f, acting), 1), else_=0)), 0) for f in FOLDERS]
    row = session.execute(select(*columns).where(*_open_to(acting))).one()
    return {folder: int(number) for folder, number in zip(FOLDERS, row, strict=True)}


def read_queue(session: Session, acting: Acting, folder: Folder, now: datetime) -> Queue:
    """The rows of one folder, grouped and ordered by urgency."""
    wanted = _in_folder(folder, acting)
    total, longest = session.execute(
        select(func.count(Conversation.id), func.min(Conversation.waiting_since)).where(*_open_to(acting), wanted)
    ).one()
    rows = [_row(acting, now.date(), *found) for found in session.execute(_rows(acting, folder)).unique()]
    return Queue(folder, priority.group(rows), total, longest)


def left_past_deadline(session: Session, acting: Acting, today: date) -> int:
    """How many open cases whose last day has gone by are the bot's alone."""
    overdue = select(func.count(Conversation.id)).join(Case, Case.id == Conversation.case_id)
    overdue = overdue.where(*_open_to(acting), _in_folder("bot", acting), Case.status == "open", Case.deadline < today)
    return session.scalar(overdue) or 0


def newest_event(session: Session) -> int:
    """The live event that a page rendered now already shows."""
    return session.scalar(select(func.max(LiveEvent.id))) or 0


def _open_to(acting: Acting) -> tuple[ColumnElement[bool], ...]:
    return Conversation.organisation_id.in_(acting.organisations), Conversation.closed_at.is_(None)


def _in_folder(folder: Folder, acting: Acting) -> ColumnElement[bool]:
    held, adviser = Conversation.held_by == "adviser", Conversation.adviser_id == acting.adviser_id
    match folder:
        case "waiting":
            return or_(Conversation.held_by == "queue", held & Conversation.waiting_since.is_not(None))
        case "mine":
            return held & adviser
        case "unclaimed":
            return Conversation.held_by == "queue"
        case "bot":
            return Conversation.held_by == "bot"
        case "unknown":
            return Conversation.case_id.is_(None)
        case "all":
            return Conversation.id.is_not(None)


def _rows(acting: Acting, folder: Folder) -> Executable:
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
    is_crisis = Conversation.priority == "crisis"
    untaken = is_crisis & (Conversation.held_by != "adviser")
    rank = case((untaken, 0), (is_crisis, 1), (Conversation.priority == "high", 2), else_=3)
    deadline = case((is_crisis, None), else_=Case.deadline)
    return (
        select(Conversation, Message, claimed_at)
        .outerjoin(Message, Message.id == newest)
        .outerjoin(Case, Case.id == Conversation.case_id)
        .where(*_open_to(acting), _in_folder(folder, acting))
        .options(joinedload(Conversation.case), joinedload(Conversation.adviser))
        .order_by(rank, deadline.nulls_last(), Conversation.waiting_since.nulls_last(), Conversation.id)
        .limit(PAGE)
    )


def _row(
    acting: Acting, today: date, conversation: Conversation, last: Message | None, claimed_at: datetime | None
) -> QueueRow:
    holder = conversation.adviser.name if conversation.adviser and conversation.held_by == "adviser" else ""
    case_ = conversation.case
    is_open = case_ is not None and case_.status == "open"
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
        days_left=priority.days_left(case_.deadline, today) if case_ and is_open else None,
        waiting_since=conversation.waiting_since,
        last_at=conversation.last_message_at,
        last_body=last.body if last else "",
        last_by=last.author if last else "",
        last_media=last.media if last else 0,
        is_unread=_is_unread(conversation, last, claimed_at),
    )


def _is_unread(conversation: Conversation, last: Message | None, claimed_at: datetime | None) -> bool:
    """The resident waits for an answer, and nobody has taken the conversation since their last words."""
    if last is None or last.direction != "in" or conversation.held_by == "bot" or not conversation.waiting_since:
        return False
    return conversation.held_by == "queue" or claimed_at is None or last.at > claimed_at
