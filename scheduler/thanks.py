"""A short thanks for what was paid as agreed, in the caller's transaction. Only while something is still owed.

It names neither money nor rent: others see the phone. What speaks against it is asked again when it leaves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.check_ins import may_ask
from bot.dialogs.follow_ups import LANGUAGES, thanks
from bot.dialogs.limits import agreed_on, past_deadline
from bot.dialogs.state import State
from bot.dialogs.texts import render
from bot.facts import case_facts
from bot.models import COPENHAGEN, Case, Conversation, Message
from bot.organisations import OrganisationSettings
from bot.outbox import queue_message
from bot.thread import add_marker
from bot.workdays import add_working_days, closing, next_opening
from scheduler.ladder import opening_of

#: A talk this young is still going on: it is thanked in, and nothing is asked.
_TALKING = timedelta(hours=24)
#: Working days after which a thanks that could not be sent is left out.
_LASTS = 2


def may_thank(session: Session, thread: Conversation, now: datetime) -> bool:
    """In a language that we have, and not when only a human speaks of what a payment still changes."""
    facts = case_facts(session, thread, now)
    is_late = past_deadline(facts, now.date()) and not agreed_on(facts)
    return thread.language in LANGUAGES and not is_late


def thank(
    session: Session, thread: Conversation, case: Case, settings: OrganisationSettings, now: datetime
) -> Message | None:
    """Queue the SMS in the next window, where it may be said; the question of check-ins goes with it once."""
    if not may_thank(session, thread, now):
        return None
    is_talking = thread.last_message_at is not None and now - thread.last_message_at <= _TALKING
    asks = not is_talking and may_ask(session, thread, case, now)
    facts = case_facts(session, thread, now)
    decision = thanks(State.from_json(thread.state), facts, now.date(), asks=asks, is_talking=is_talking)
    said = apply(Turn(session, thread, now), decision)
    send_at = next_opening(settings.window, now)
    message = queue_message(
        session,
        thread,
        render(said, thread.language, facts.own, facts.languages),
        author="bot",
        now=now,
        due_at=send_at,
        bulk=True,
        expires_at=last_moment(send_at, settings),
    )
    message.text_key = f"{said[0].text}:{thread.language}"
    if asks:
        add_marker(session, thread, "check_in_asked", now)
    return message


def last_moment(send_at: datetime, settings: OrganisationSettings) -> datetime:
    """When an SMS that we start beside the ladder is too old to be sent: two working days later."""
    day = add_working_days(send_at.astimezone(COPENHAGEN).date(), _LASTS)
    return closing(settings.window, opening_of(day, settings.window))
