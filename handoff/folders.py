"""The folders of the inbox: what belongs in each, and how many. Every query is bound to the adviser's organisations.

A conversation that is put away until later stands in no folder that waits; a crisis cannot be put away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.models import Case, Conversation, LiveEvent, Message
from handoff.filters import Choice, Folder
from handoff.handoffs import Acting
from handoff.saying import later


class FolderWords(NamedTuple):
    """Title, and what the folder says when it is empty."""

    title: str
    empty: str


FOLDERS: Mapping[Folder, FolderWords] = {
    "waiting": FolderWords(
        later("Venter på os"), later("Nye samtaler kommer her, dem med færrest dage tilbage først.")
    ),
    "mine": FolderWords(later("Mine"), later("Samtaler, du tager, kommer her.")),
    "unclaimed": FolderWords(later("Ikke taget"), later("Her står dem, som ingen har taget endnu.")),
    "bot": FolderWords(later("Botten taler med"), later("Her kan du kigge med, når botten skriver med en beboer.")),
    "resident": FolderWords(
        later("Venter på beboeren"), later("Har en rådgiver svaret, og er det beboerens tur, står det her.")
    ),
    "snoozed": FolderWords(
        later("Udskudt"), later("Samtaler, I udskyder, venter her, til tiden er inde, eller beboeren skriver.")
    ),
    "later": FolderWords(later("Send senere"), later("En sms, du skriver nu og sender senere, venter her.")),
    "unknown": FolderWords(
        later("Ukendte numre"), later("Skriver et nummer, som ikke hører til en sag, kommer det her.")
    ),
    "all": FolderWords(later("Alle åbne"), later("Ingen samtaler er åbne.")),
    "closed": FolderWords(later("Afsluttede"), later("Samtaler, I afslutter, kan findes her igen.")),
}

#: How many have ended tells nobody anything, and it is the one number that only grows.
COUNTED = tuple(folder for folder in FOLDERS if folder != "closed")


def counts(session: Session, acting: Acting, now: datetime, organisation: int | None = None) -> dict[Folder, int]:
    """How many conversations each folder holds: one question for each, so that each is answered from an index."""
    asked = [
        select(func.count()).select_from(Conversation).where(*within(acting, organisation, folder, now))
        for folder in COUNTED
    ]
    row = session.execute(select(*(question.scalar_subquery() for question in asked))).one()
    return {folder: int(number) for folder, number in zip(COUNTED, row, strict=True)}


def waiting_count(session: Session, acting: Acting, now: datetime) -> int:
    """How many wait for us: what the rooms beside the inbox show."""
    asked = select(func.count()).select_from(Conversation).where(*within(acting, None, "waiting", now))
    return session.scalar(asked) or 0


def left_past_deadline(session: Session, acting: Acting, today: date, organisation: int | None = None) -> int:
    """How many open cases whose last day has gone by are the bot's alone."""
    overdue = select(func.count(Conversation.id)).join(Case, Case.id == Conversation.case_id)
    mine = Conversation.organisation_id.in_(seen_by(acting, organisation)), Conversation.closed_at.is_(None)
    late = Case.organisation_id.in_(seen_by(acting, organisation)), Case.status == "open", Case.deadline < today
    return session.scalar(overdue.where(*mine, Conversation.held_by == "bot", *late)) or 0


def newest_event(session: Session) -> int:
    """The live event that a page rendered now already shows."""
    return session.scalar(select(func.max(LiveEvent.id))) or 0


def seen_by(acting: Acting, organisation: int | None) -> frozenset[int]:
    """The organisations whose conversations are shown: the chosen one, if it is one of the adviser's own."""
    return acting.organisations if organisation is None else acting.organisations & {organisation}


def chosen(acting: Acting, choice: Choice, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a conversation must be to stand in the list that is asked for."""
    wanted = within(acting, choice.organisation, choice.folder, now)
    if choice.language:
        wanted = (*wanted, Conversation.language == choice.language)
    return (*wanted, Conversation.reason == choice.reason) if choice.reason else wanted


def within(acting: Acting, organisation: int | None, folder: Folder, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a conversation must be to stand in a folder."""
    ended = Conversation.closed_at.is_not(None) if folder == "closed" else Conversation.closed_at.is_(None)
    mine = Conversation.organisation_id.in_(seen_by(acting, organisation))
    return mine, ended, *_belongs(folder, acting, now)


def _belongs(folder: Folder, acting: Acting, now: datetime) -> tuple[ColumnElement[bool], ...]:
    held, free = Conversation.held_by == "adviser", Conversation.held_by == "queue"
    awake, waits = is_awake(now), Conversation.waiting_since.is_not(None)
    planned = select(Message.conversation_id).where(is_planned())
    conditions: Mapping[Folder, tuple[ColumnElement[bool], ...]] = {
        "waiting": (Conversation.held_by.in_(("queue", "adviser")), or_(free, waits), awake),
        "mine": (held, Conversation.adviser_id == acting.adviser_id, awake),
        "unclaimed": (free, awake),
        "bot": (Conversation.held_by == "bot",),
        "resident": (held, ~waits, awake),
        "snoozed": (Conversation.snoozed_until > now, Conversation.priority != "crisis"),
        "later": (Conversation.id.in_(planned),),
        "unknown": (Conversation.case_id.is_(None),),
    }
    return conditions.get(folder, ())


def is_awake(now: datetime) -> ColumnElement[bool]:
    """Not put away until later; a crisis never is."""
    put_away = and_(Conversation.snoozed_until.is_not(None), Conversation.snoozed_until > now)
    return or_(~put_away, Conversation.priority == "crisis")


def is_planned() -> ColumnElement[bool]:
    """An SMS that waits for the time that an adviser chose."""
    return and_(Message.send_at.is_not(None), Message.status == "queued")
