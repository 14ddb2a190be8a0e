""" "How is it going?", asked on its day of who said yes to it: at most once each, in the send window, or dropped with
a reason. Each in a transaction of its own, under its conversation's lock.
"""

from __future__ import annotations

from datetime import date, datetime

import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.apply import Turn, apply
from bot.check_ins import drop, speaks_against
from bot.db import Database
from bot.dialogs.follow_ups import LANGUAGES, ask_how_it_goes
from bot.dialogs.state import State
from bot.facts import case_facts
from bot.models import COPENHAGEN, Case, CheckIn, Conversation, Message, Task
from bot.organisations import OrganisationSettings
from bot.retries import has_written_since
from bot.store import conversation_with, lock_conversation, settings_of
from bot.thread import announce
from bot.workdays import add_working_days, is_open, next_opening
from scheduler.ladder import opening_of
from scheduler.unasked import TALKING, is_talking, last_moment, queue_unasked, take_back_question

log = structlog.get_logger()

#: So many working days late, a check-in is left out.
_LATE = 5
_NOTE = "Beboeren har sagt ja til, at vi hører, hvordan det går. Det kan botten ikke på beboerens sprog."


def send_check_ins(db: Database, organisation_id: int, now: datetime) -> None:
    """Send what is due, and keep what became of those that were sent. One that fails does not stop the others."""
    with db.read() as session:
        settings = settings_of(session, organisation_id)
        due = session.scalars(_due(organisation_id, _day(now))).all()
        sent = session.scalars(_sent(organisation_id)).all()
    ready = [check_in for check_in in due if opening_of(check_in.due, settings.window) <= now]
    for check_in, work in [*((each, _send) for each in ready), *((each, _follow) for each in sent)]:
        try:
            with db.write() as session:
                work(session, check_in.id, settings, now)
        except Exception as error:
            error_name = type(error).__name__
            log.error("A check-in failed", action="check_in_failed", check_in=check_in.id, error=error_name)


def next_check_in_moment(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when one is due, or one that was put off may be sent."""
    window = settings_of(session, organisation_id).window
    soonest = select(func.min(CheckIn.due)).join(Case, Case.id == CheckIn.case_id)
    first = session.scalar(soonest.where(Case.organisation_id == organisation_id, CheckIn.status == "waits"))
    if first is None:
        return None
    moment = opening_of(add_working_days(first, 0), window)
    return moment if moment > now else next_opening(window, now + TALKING)


def _due(organisation_id: int, today: date) -> Select[CheckIn]:
    mine = select(CheckIn).join(Case, Case.id == CheckIn.case_id).where(Case.organisation_id == organisation_id)
    return mine.where(CheckIn.status == "waits", CheckIn.due <= today).order_by(CheckIn.due, CheckIn.id)


def _sent(organisation_id: int) -> Select[CheckIn]:
    """Those of which there is news: answered, or not sent after all. Most are met with silence, for ever."""
    later = aliased(Message)
    answered = select(later.id).where(
        later.conversation_id == Message.conversation_id, later.direction == "in", later.id > Message.id
    )
    mine = select(CheckIn).join(Case, Case.id == CheckIn.case_id).join(Message, Message.id == CheckIn.message_id)
    mine = mine.where(Case.organisation_id == organisation_id, CheckIn.status == "sent")
    has_news = or_(Message.status == "refused", answered.where(~later.automatic).exists())
    return mine.where(has_news).order_by(CheckIn.id)


def _day(now: datetime) -> date:
    return now.astimezone(COPENHAGEN).date()


def _locked(session: Session, check_in_id: int, now: datetime) -> tuple[CheckIn, Case, Conversation | None]:
    """The row as it is now, behind the lock of the thread with the resident's number."""
    case = session.scalars(select(Case).join(CheckIn).where(CheckIn.id == check_in_id)).one()
    phone = case.resident.phone
    thread = conversation_with(session, case.organisation, phone, now) if phone else None
    wanted = select(CheckIn).where(CheckIn.id == check_in_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one(), case, thread


def _send(session: Session, check_in_id: int, settings: OrganisationSettings, now: datetime) -> None:
    check_in, case, thread = _locked(session, check_in_id, now)
    if check_in.status != "waits":
        return
    if thread is None:
        drop(session, check_in, None, "no_number", now)
        return
    why = speaks_against(session, check_in, case, thread, now)
    send_at = next_opening(settings.window, now)
    if why is None and _day(send_at) > add_working_days(check_in.due, _LATE):
        why = "expired"
    if why is not None:
        drop(session, check_in, thread, why, now)
    elif is_open(settings.window, now) and not is_talking(thread, now):  # or an open question would wait unsent
        _ask(session, check_in, case, thread, settings, now)


def _ask(
    session: Session, check_in: CheckIn, case: Case, thread: Conversation, settings: OrganisationSettings, now: datetime
) -> None:
    if thread.language not in LANGUAGES:
        _ask_human(session, check_in, case, thread, now)
        return
    if thread.case_id is None:
        thread.case, thread.case_id = case, case.id
    facts = case_facts(session, thread, now)
    decision = ask_how_it_goes(State.from_json(thread.state), facts, _day(now))
    said = apply(Turn(session, thread, now), decision)
    thread.closed_at = None  # the answer is to be seen
    send_at = next_opening(settings.window, now)
    expires_at = last_moment(send_at, settings)
    message = queue_unasked(session, thread, said, facts, now, send_at=send_at, expires_at=expires_at)
    check_in.message_id, check_in.status = message.id, "sent"


def _ask_human(session: Session, check_in: CheckIn, case: Case, thread: Conversation, now: datetime) -> None:
    """In a language in which the bot has no such words, a human keeps the promise."""
    check_in.status = "dropped"
    session.add(
        Task(
            organisation_id=case.organisation_id,
            case_id=case.id,
            conversation_id=thread.id,
            type="call",
            due=add_working_days(check_in.due, 0),
            note=_NOTE,
            origin=f"check_in:{check_in.id}:call",
            at=now,
        )
    )
    announce(session, thread, "task", now)


def _follow(session: Session, check_in_id: int, _settings: OrganisationSettings, now: datetime) -> None:
    """Answered when anything came back; dropped, and its question with it, when it was never sent after all."""
    sent_in = select(Message.conversation_id).join(CheckIn, CheckIn.message_id == Message.id)
    thread_id = session.scalar(sent_in.where(CheckIn.id == check_in_id))
    if thread_id is None:
        return
    thread = lock_conversation(session, thread_id)  # the one it was sent in: the resident may have a new number by now
    wanted = select(CheckIn).where(CheckIn.id == check_in_id).with_for_update()
    check_in = session.scalars(wanted.execution_options(populate_existing=True)).one()
    message = session.get(Message, check_in.message_id) if check_in.message_id else None
    if check_in.status != "sent" or message is None:
        return
    if message.status == "refused":
        take_back_question(thread)
        drop(session, check_in, thread, message.error or "", now)
    elif has_written_since(session, message):
        check_in.status = "answered"
