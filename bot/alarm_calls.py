"""Calls advisers by e-mail to a crisis that rings: at once who is on duty, then everybody, until one has seen it.

The mails are the record of who was called and when; their key names alarm, call and adviser. A resident is not named.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from bot.alarm_ladder import AFTER, call_at, due_call
from bot.db import Database
from bot.duty import advisers_of, on_duty
from bot.mail import queue_mail
from bot.models import COPENHAGEN, Adviser, Alarm, Conversation, Mail
from bot.organisations import read_settings
from bot.workdays import Window

SUBJECT = "Krise: åbn indbakken"
_FIRST = (
    "En beboer i {organisation} har skrevet noget, der ikke kan vente. {why}\n\n"
    "Åbn indbakken, og tryk »Jeg tager den«. Kan du ikke tage den, så tryk »Jeg har set det«, når du ved, "
    "hvem der gør. Begge dele stopper alarmen."
)
_AGAIN = (
    "En beboer i {organisation} skrev {minutes} noget, der ikke kan vente, og ingen af jer har set alarmen endnu. "
    "Derfor får alle rådgivere i {organisation} denne mail.\n\n"
    "Åbn indbakken, og tryk »Jeg tager den«. Kan du ikke tage den, så tryk »Jeg har set det«, når du ved, "
    "hvem der gør. Begge dele stopper alarmen."
)


def call_first(session: Session, conversation: Conversation, alarm: Alarm, now: datetime) -> None:
    """The first call, in the transaction of the turn that heard the crisis: any hour, without waiting for a tick."""
    _call(session, conversation, alarm, 0, now)


def call_again(db: Database, organisation_id: int, now: datetime) -> None:
    """Call everybody to what nobody has seen in time."""
    with db.read() as session:
        if not _due(session, organisation_id, now):
            return
    with db.write() as session:
        for alarm, conversation, number in _due(session, organisation_id, now):
            _call(session, conversation, alarm, number, now)


def next_call_moment(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """When somebody is called again, should nobody see it before."""
    found = [next_call(session, alarm, conversation) for alarm, conversation in _ringing(session, organisation_id)]
    return min((at for at in found if at is not None and at > now), default=None)


def next_call(session: Session, alarm: Alarm, conversation: Conversation) -> datetime | None:
    """When the next call of an alarm is due; None after the last one."""
    return call_at(alarm.at, _made(session, alarm) + 1, _hours(conversation))


def calls_of(session: Session, alarm: Alarm) -> list[tuple[int, Mail]]:
    """Every mail of an alarm with the number of its call, in order."""
    wanted = select(Mail).where(Mail.key.startswith(f"crisis:{alarm.id}:", autoescape=True))
    found = session.scalars(wanted.options(joinedload(Mail.adviser)).order_by(Mail.id))
    return [(int((mail.key or "").split(":")[2]), mail) for mail in found]


def called_first(session: Session, conversation: Conversation, now: datetime) -> list[Adviser]:
    """Who is on duty, and who has the conversation; everybody where the plan names nobody."""
    here = conversation.organisation_id
    planned = on_duty(session, here, now.astimezone(COPENHAGEN).date())
    everybody = advisers_of(session, here)
    holder = conversation.adviser_id if conversation.held_by == "adviser" else None
    chosen = {each.id for each in planned} | {holder} if planned else {each.id for each in everybody}
    return [each for each in everybody if each.id in chosen]


def _call(session: Session, conversation: Conversation, alarm: Alarm, number: int, now: datetime) -> None:
    name = conversation.organisation.name
    if number == 0:
        planned = on_duty(session, conversation.organisation_id, now.astimezone(COPENHAGEN).date())
        why = (
            "Du får mailen først, fordi du er på vagt."
            if planned
            else "Vagtplanen nævner ingen i dag, så alle får den."
        )
        people, body = called_first(session, conversation, now), _FIRST.format(organisation=name, why=why)
    else:
        people = advisers_of(session, conversation.organisation_id)
        body = _AGAIN.format(organisation=name, minutes=_ago(number))
    for adviser in people:
        queue_mail(session, adviser, "crisis", f"crisis:{alarm.id}:{number}:{adviser.id}", SUBJECT, body, now)


def _ago(number: int) -> str:
    if number >= len(AFTER):
        return "uden for kontortiden"
    minutes = int(AFTER[number].total_seconds()) // 60
    return f"for {minutes} minutter siden" if minutes < 60 else "for en time siden"


def _ringing(session: Session, organisation_id: int) -> list[tuple[Alarm, Conversation]]:
    wanted: Select[Alarm, Conversation] = (
        select(Alarm, Conversation)
        .join(Conversation, Conversation.id == Alarm.conversation_id)
        .where(Alarm.seen_at.is_(None), Conversation.organisation_id == organisation_id)
        .where(Conversation.closed_at.is_(None))
        .order_by(Alarm.id)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def _due(session: Session, organisation_id: int, now: datetime) -> list[tuple[Alarm, Conversation, int]]:
    found = []
    for alarm, conversation in _ringing(session, organisation_id):
        number = due_call(alarm.at, _made(session, alarm), _hours(conversation), now)
        if number is not None:
            found.append((alarm, conversation, number))
    return found


def _made(session: Session, alarm: Alarm) -> int:
    """The number of the newest call; the first one was made when it rang, whoever was there to get it."""
    return max((number for number, _ in calls_of(session, alarm)), default=0)


def _hours(conversation: Conversation) -> Window:
    return read_settings(conversation.organisation.settings).office_hours
