"""A short thanks for what was paid as agreed, in the caller's transaction. Only while something is still owed.

It names neither money nor rent: others see the phone. What speaks against it is asked again when it leaves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased

from bot.apply import Turn, apply
from bot.check_ins import may_ask
from bot.db import Database
from bot.dialogs.flows.check_in import FLOW
from bot.dialogs.follow_ups import LANGUAGES, thanks
from bot.dialogs.limits import agreed_on, past_deadline
from bot.dialogs.state import State
from bot.facts import case_facts
from bot.models import Case, Conversation, Marker, Message
from bot.organisations import OrganisationSettings
from bot.store import lock_conversation
from bot.thread import add_marker
from bot.workdays import next_opening
from scheduler.unasked import is_talking, last_moment, queue_unasked, take_back_question

_ASKED = "check_in_asked"
#: No thanks waits longer for its window; what was refused before has been seen.
_LATELY = timedelta(days=10)


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
        add_marker(session, thread, _ASKED, now)
    return message


def take_back_unsent(db: Database, organisation_id: int, now: datetime) -> None:
    """The question of a thanks that was never sent after all: it may be asked with the next one."""
    with db.read() as session:
        found = [row.id for row in session.execute(_unsent(organisation_id, now)) if row.state.get("flow") == FLOW.name]
    for message_id in found:
        with db.write() as session:
            message = session.get_one(Message, message_id)
            thread = lock_conversation(session, message.conversation_id)
            if session.scalar(_unsent(organisation_id, now).where(Message.id == message_id)) is not None:
                take_back_question(thread)
                asked = (Marker.conversation_id == thread.id, Marker.kind == _ASKED, Marker.at == message.at)
                session.execute(delete(Marker).where(*asked))


def _unsent(organisation_id: int, now: datetime) -> Select[int, dict[str, object]]:
    """Refused of late, and nothing was said in the thread since: whatever it asks, this asked it."""
    later = aliased(Message)
    since = select(later.id).where(later.conversation_id == Message.conversation_id, later.id > Message.id)
    return (
        select(Message.id, Conversation.state)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.status == "refused",
            Message.due_at > now - _LATELY,
            Message.text_key.startswith("thanks.kept_asks:"),
        )
        .where(Conversation.organisation_id == organisation_id, ~since.exists())
    )
