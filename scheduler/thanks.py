"""A short thanks for what was paid as agreed, in the caller's transaction. Only while something is still owed.

It names neither money nor rent: others see the phone. What speaks against it is asked again when it leaves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.check_ins import may_ask
from bot.dialogs.follow_ups import LANGUAGES, thanks
from bot.dialogs.limits import agreed_on, past_deadline
from bot.dialogs.state import State
from bot.facts import case_facts
from bot.models import Case, Conversation, Message
from bot.organisations import OrganisationSettings
from bot.thread import add_marker
from bot.workdays import next_opening
from scheduler.unasked import is_talking, last_moment, queue_unasked


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
    talks = is_talking(thread, now)  # it is thanked in, and nothing is asked
    asks = not talks and may_ask(session, thread, case, now)
    facts = case_facts(session, thread, now)
    decision = thanks(State.from_json(thread.state), facts, now.date(), asks=asks, is_talking=talks)
    said = apply(Turn(session, thread, now), decision)
    send_at = next_opening(settings.window, now)
    expires_at = last_moment(send_at, settings)
    message = queue_unasked(session, thread, said, facts, now, send_at=send_at, expires_at=expires_at)
    if asks:
        add_marker(session, thread, "check_in_asked", now)
    return message
