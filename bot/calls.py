"""Somebody calls our number: forwarded in office hours, else told when a human calls, with a task to do so.

One task a caller and day; a call that the gateway tells of twice is one. Nothing here knows or says a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.spoken import away, away_hidden
from bot.models import COPENHAGEN, Conversation, Marker, Organisation, Task
from bot.organisations import OrganisationSettings, read_settings
from bot.receive import attach_case
from bot.sms import is_e164, national
from bot.store import conversation_with, organisation_by_number
from bot.thread import add_marker, announce
from bot.workdays import answer_by, closing, is_open

#: What the gateway says of a caller who hides: letters on a keypad, in the form of a number.
_HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the gateway tells of it; ``sid`` is the same when it is told again."""

    sid: str
    caller: str
    to: str


@dataclass(frozen=True, slots=True)
class Forward:
    """Let this number ring."""

    number: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say this, and hang up."""

    text: str


Answer = Forward | Tell | Literal["unknown_organisation"]


def take_call(db: Database, call: Call, now: datetime) -> Answer:
    """To the organisation's own number while an adviser answers there; never in a ring to ours."""
    with db.write() as session:
        organisation = organisation_by_number(session, call.to)
        if organisation is None:
            return "unknown_organisation"
        settings = read_settings(organisation.settings)
        if is_open(settings.office_hours, now) and settings.main_number not in ("", call.to):
            return Forward(settings.main_number)
        return _missed(session, organisation, settings, call, now)


def not_answered(db: Database, call: Call, now: datetime) -> Answer:
    """It rang at the organisation's own number, and nobody took it."""
    with db.write() as session:
        organisation = organisation_by_number(session, call.to)
        if organisation is None:
            return "unknown_organisation"
        return _missed(session, organisation, read_settings(organisation.settings), call, now)


def _missed(
    session: Session, organisation: Organisation, settings: OrganisationSettings, call: Call, now: datetime
) -> Tell:
    if call.caller in _HIDDEN or not is_e164(call.caller):
        return Tell(away_hidden(organisation.name))
    conversation = conversation_with(session, organisation, call.caller, now)
    attach_case(session, conversation)
    if not _is_known(session, conversation, call.sid):
        add_marker(session, conversation, "called", now, sid=call.sid)
        conversation.last_message_at = now
        conversation.closed_at = conversation.snoozed_until = None  # who calls is seen, whatever was closed before
        _add_task(session, conversation, closing(settings.office_hours, now), now)
    return Tell(away(organisation.name, answer_by(now, settings.office_hours)))


def _is_known(session: Session, conversation: Conversation, sid: str) -> bool:
    told = select(Marker.detail).where(Marker.conversation_id == conversation.id, Marker.kind == "called")
    return any(detail.get("sid") == sid for detail in session.scalars(told))


def _add_task(session: Session, conversation: Conversation, due: datetime, now: datetime) -> None:
    """Once a day; and not beside a call that is to be made anyway."""
    local = now.astimezone(COPENHAGEN)
    origin = f"call:{conversation.id}:{local.date()}"
    waits = and_(Task.conversation_id == conversation.id, Task.type == "call", Task.status == "open")
    if session.scalar(select(Task.id).where(or_(Task.origin == origin, waits)).limit(1)):
        return
    session.add(
        Task(
            organisation_id=conversation.organisation_id,
            case_id=conversation.case_id,
            conversation_id=conversation.id,
            type="call",
            due=due.date(),
            note=f"Ringede kl. {local:%H.%M}. Ring tilbage på {national(conversation.phone)}.",
            origin=origin,
            at=now,
        )
    )
    announce(session, conversation, "task", now)
