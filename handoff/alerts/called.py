"""Who was called to a crisis, when, and who is called next: for the page about the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.alarm_calls import calls_of, next_call
from bot.models import COPENHAGEN, Adviser, Alarm, Conversation, Mail
from handoff.formats import clock, first_name, initials, moment
from handoff.handoffs import Acting
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Person:
    """One adviser, and how they were told."""

    name: str
    initials: str
    told: str


@dataclass(frozen=True, slots=True)
class Called:
    """The newest alarm of a conversation. ``seen``: who saw it, and when; ``next``: who is told next, and when."""

    people: tuple[Person, ...]
    seen: str = ""
    next: str = ""


def read_called(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Called | None:
    """None for a conversation that never rang, or is not theirs to see."""
    wanted = select(Alarm).join(Conversation, Conversation.id == Alarm.conversation_id)
    wanted = wanted.where(Alarm.conversation_id == conversation_id)
    wanted = wanted.where(Conversation.organisation_id.in_(acting.organisations))
    alarm = session.scalar(wanted.order_by(Alarm.id.desc()).limit(1))
    if alarm is None:
        return None
    mails = [mail for _, mail in calls_of(session, alarm)]
    people = {mail.adviser_id: mail.adviser for mail in mails}
    told = tuple(_person(each, [mail for mail in mails if mail.adviser_id == each.id], now) for each in people.values())
    if alarm.seen_at is not None:
        return Called(told, seen=_seen(session, alarm, now))
    return Called(told, next=next_words(session, alarm, session.get_one(Conversation, conversation_id), now))


def next_words(session: Session, alarm: Alarm, conversation: Conversation, now: datetime) -> str:
    """When everybody is told, should nobody see it before; empty where no mail leaves, or after the last one."""
    if conversation.closed_at is not None or all(mail.error == "no_server" for _, mail in calls_of(session, alarm)):
        return ""
    at = next_call(session, alarm, conversation)
    if at is None:
        return ""
    local = at.astimezone(COPENHAGEN)
    return word("called", "next", at=clock(local) if local.date() == now.date() else moment(local, now))


def _person(adviser: Adviser, mails: list[Mail], now: datetime) -> Person:
    newest = mails[-1]
    if newest.sent_at is not None:
        told = word("called", "mailed", at=moment(newest.sent_at, now))
    elif newest.error == "no_server":
        told = word("called", "inbox_only")
    else:
        told = word("called", "failed" if newest.given_up_at is not None else "on_its_way")
    return Person(adviser.name, initials(adviser.name), told)


def _seen(session: Session, alarm: Alarm, now: datetime) -> str:
    who = session.get(Adviser, alarm.seen_by_id) if alarm.seen_by_id else None
    name = first_name(who.name) if who else word("called", "somebody")
    return word("called", "seen", who=name, at=moment(alarm.seen_at, now) if alarm.seen_at else "")
