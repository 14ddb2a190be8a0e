"""All that is wrong with the service now: open incidents, and what is silent at this very moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.heartbeats import all_beats
from bot.incidents import open_incidents
from bot.models import Conversation, Message, MessageStatus, Organisation, SenderRate
from bot.silence import OUTBOX, Backlog, is_stuck, never_heard, silent


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong; ``since`` None: ever."""

    kind: str
    organisation_id: int | None = None
    subject: str = ""
    since: datetime | None = None


def alarms_now(session: Session, now: datetime, machine: datetime, waited: timedelta) -> list[Alarm]:
    """Everything that is wrong, each thing once: for orchestrators, whoever of us is dead.

    ``waited``: for how long who asks has been there; a new service is given its time to begin.
    """
    found = [Alarm(row.kind, row.organisation_id, row.subject, row.at) for row in open_incidents(session)]
    beats = all_beats(session)
    found += [Alarm(kind, since=since) for kind, since in silent(beats, now.astimezone(UTC)).items()]
    if session.scalar(select(Organisation.id).limit(1)) is not None:
        found += [Alarm(kind) for kind in never_heard(beats, waited)]
    stuck = stuck_sms(session, now, machine)
    found += [Alarm("outbox_old", organisation_id, since=since) for organisation_id, since in stuck.items()]
    return list({(each.kind, each.organisation_id, each.subject): each for each in reversed(found)}.values())[::-1]


def stuck_sms(session: Session, now: datetime, machine: datetime) -> dict[int, datetime]:
    """By organisation: since when SMS wait in vain to be sent, or to have their turn."""
    now, machine = now.astimezone(UTC), machine.astimezone(UTC)
    found = _unheard(session, now - OUTBOX)
    for organisation_id, backlog in _backlogs(session, now).items():
        if is_stuck(backlog, machine):
            found[organisation_id] = min(backlog.since, found.get(organisation_id, backlog.since))
    return found


def _unheard(session: Session, late: datetime) -> dict[int, datetime]:
    """SMS that came to us (whenever they were written) and that no worker takes."""
    came = and_(MessageStatus.message_id == Message.id, MessageStatus.status == "received")
    waiting = (
        select(Conversation.organisation_id, func.min(MessageStatus.at).label("since"))
        .join(Message, Message.conversation_id == Conversation.id)
        .join(MessageStatus, came)
        .where(Message.direction == "in", Message.status == "received", MessageStatus.at <= late)
        .group_by(Conversation.organisation_id)
    )
    return {row.organisation_id: row.since for row in session.execute(waiting)}


def _backlogs(session: Session, now: datetime) -> Mapping[int, Backlog]:
    late = now - OUTBOX
    unsent = and_(Message.status == "queued", Message.due_at <= late)
    unclear = and_(Message.status == "sending", Message.provider_sid.is_(None), Message.attempted_at <= late)
    waiting = (
        select(
            Conversation.organisation_id,
            func.min(func.coalesce(Message.due_at, Message.attempted_at, type_=Message.due_at.type)).label("since"),
            func.max(Message.attempts).label("attempts"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.direction == "out", or_(unsent, unclear))
        .group_by(Conversation.organisation_id)
    )
    return {row.organisation_id: _backlog(session, row.organisation_id, row, late) for row in session.execute(waiting)}


def _backlog(session: Session, organisation_id: int, waiting: Any, late: datetime) -> Backlog:
    turn = select(SenderRate.next_at).join(Organisation, Organisation.number == SenderRate.number)
    # Not a join: SQLite would begin it with the organisation, and read every SMS that it ever sent.
    whose = select(Conversation.organisation_id).where(Conversation.id == Message.conversation_id).scalar_subquery()
    taken = select(Message.id).where(Message.attempted_at > late, Message.provider_sid.is_not(None))
    taken = taken.where(Message.direction == "out", whose == organisation_id)
    return Backlog(
        since=waiting.since,
        tried=waiting.attempts > 0,
        took_lately=session.scalar(taken.limit(1)) is not None,
        last_turn=session.scalar(turn.where(Organisation.id == organisation_id)),
    )
