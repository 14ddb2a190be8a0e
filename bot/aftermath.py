"""What follows when an SMS did not arrive, by the class of the error. Part of the caller's transaction.

Each class does one thing and asks a human once: see docs/decisions/0015-what-an-error-stops.md. The conversation is
locked by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.backoff import pause
from bot.blocked import block_account, block_text
from bot.delivery import ErrorClass, error_class, is_about_country
from bot.failure_tasks import add_task, drop_tasks_of
from bot.incidents import report
from bot.models import Consent, Message
from bot.retries import WORTH_TRYING, call_off_next_try, first_asked_at, moment_of_next_try, try_again
from bot.store import record_status
from bot.thread import add_marker, announce

#: Tries in all for somebody who was away, and the hours between them.
AWAY_TRIES = 3
AWAY_PAUSE = timedelta(hours=3)
#: A code that we do not know is taken for something that passes, once.
UNSEEN_TRIES = 2
UNSEEN_PAUSE = timedelta(minutes=10)
#: While the gateway is full, or does not take us: from a minute to a quarter of an hour.
SOON = timedelta(minutes=1)
LATER = timedelta(minutes=15)
#: And where every try is an SMS of its own in the thread.
LONG = timedelta(hours=4)
#: So long somebody waits for our answer before a human is asked to ring.
PATIENCE = timedelta(minutes=10)


def act_on_failure(session: Session, message: Message, now: datetime) -> None:
    """The gateway refused it, or a receipt says that it did not arrive: do what the class of the error asks for."""
    _ACTIONS[error_class(message.error)](session, message, now)


def take_back_failure(session: Session, message: Message, now: datetime) -> None:
    """It arrived after all: nobody needs to ring for it, and no second one is sent."""
    call_off_next_try(session, message, now)
    for kind in drop_tasks_of(session, message, now):
        case = message.conversation.case
        if kind == "find_number" and case is not None:
            case.number_taken_off = False


def hold_back(session: Session, message: Message, code: str, now: datetime) -> bool:
    """The gateway took nothing, for a reason that lies with our account: keep the message, and stop the wave.

    False for an error that is about the message or its number.
    """
    if error_class(code) != "our_settings" or is_about_country(code, message.sender, message.conversation.phone):
        return False
    message.status, message.error, message.attempted_at, message.lease_until = "queued", code, None, None
    record_status(session, message, "queued", "gateway", now, code)
    message.due_at = now + pause(message.id, message.attempts, SOON, LATER)
    ask_human_if_late(session, message, now)
    announce(session, message.conversation, "status", now)
    session.flush()  # pausing a wave looks for what is queued
    block_account(session, message.conversation.organisation_id, code, now)
    return True


def ask_human_if_late(session: Session, message: Message, now: datetime) -> None:
    """Somebody waits for this answer and it does not get away: after a while a human rings. To be asked at each try."""
    if message.bulk:
        return
    patient_until = first_asked_at(session, message) + PATIENCE
    if now >= patient_until:
        add_task(session, message, "call", now, why="our_settings")
    elif message.due_at is not None and message.due_at > patient_until:
        message.due_at = patient_until


def _find_number(session: Session, message: Message, now: datetime) -> None:
    """Nothing more goes to a number that does not exist, until the rent system knows another one."""
    case = message.conversation.case
    if case is not None and case.resident.phone == message.conversation.phone:
        case.number_taken_off = True
    add_task(session, message, "find_number", now)


def _when_phone_is_on(session: Session, message: Message, now: datetime) -> None:
    if not _once_more(session, message, AWAY_TRIES, AWAY_PAUSE, now):
        add_task(session, message, "call", now)


def _stop_text(session: Session, message: Message, now: datetime) -> None:
    """Saying the same again is no use, neither to this resident nor, perhaps, to anybody."""
    block_text(session, message, now)
    add_task(session, message, "call", now)


def _stop_account(session: Session, message: Message, now: datetime) -> None:
    if is_about_country(message.error, message.sender, message.conversation.phone):
        add_task(session, message, "call", now)
        return
    _when_it_is_free(session, message, now)
    session.flush()  # pausing a wave looks for what is queued
    block_account(session, message.conversation.organisation_id, message.error, now)


def _take_for_passing(session: Session, message: Message, now: datetime) -> None:
    """A code that nobody has looked at yet: once more, then a resident is rung and somebody looks at the code."""
    if _once_more(session, message, UNSEEN_TRIES, UNSEEN_PAUSE, now):
        return
    add_task(session, message, "call", now)
    code, whose = message.error or "none", message.conversation.organisation_id
    report(session, "unknown_error", now, organisation_id=whose, subject=code, code=code)


def _once_more(session: Session, message: Message, tries: int, wait: timedelta, now: datetime) -> bool:
    """Queue another try, as long as there are any and it is not too late."""
    due_at = moment_of_next_try(message, wait, now, is_answer_urgent=wait < AWAY_PAUSE)
    if message.away_tries >= tries or due_at is None:
        return False
    again = try_again(session, message, due_at, now)
    return again is not None or message.bulk  # an answer that is not said again is for a human; a wave's SMS is not


def _when_it_is_free(session: Session, message: Message, now: datetime) -> None:
    """Known not to have been delivered, and nothing is wrong with it: again for a day, and a human is asked as well."""
    wait = pause(message.id, message.away_tries, SOON, LONG)
    due_at = moment_of_next_try(message, wait, now, is_answer_urgent=True)
    if due_at is None or due_at > first_asked_at(session, message) + WORTH_TRYING:
        add_task(session, message, "call", now)
        return
    again = try_again(session, message, due_at, now)
    if again is not None:
        ask_human_if_late(session, again, now)
    elif not message.bulk:  # the talk has gone on without this answer
        add_task(session, message, "call", now)


def _opt_out(session: Session, message: Message, now: datetime) -> None:
    """The gateway knows of a STOP: it counts for us, and the help goes on by other ways."""
    conversation = message.conversation
    newest = select(Consent).where(Consent.phone == conversation.phone).order_by(Consent.id.desc()).limit(1)
    consent = session.scalar(newest)
    if consent is not None and consent.opted_out and consent.at >= message.at:
        return  # a STOP that we know, and this was our word about it
    if consent is None or not consent.opted_out:
        session.add(
            Consent(
                phone=conversation.phone,
                opted_out=True,
                source="gateway",
                organisation_id=conversation.organisation_id,
                at=now,
            )
        )
        add_marker(session, conversation, "opted_out", now, source="gateway")
    add_task(session, message, "call", now)


_ACTIONS: dict[ErrorClass, Callable[[Session, Message, datetime], None]] = {
    "opted_out": _opt_out,
    "wrong_number": _find_number,
    "away": _when_phone_is_on,
    "filtered": _stop_text,
    "rate": _when_it_is_free,
    "our_settings": _stop_account,
    "our_text": _stop_text,
    "unseen": _take_for_passing,
}
