"""A conversation changes hands: to a colleague, to the queue, from a colleague who is away, and open again.

Each is one transaction, given by the caller, with the conversation's row locked: whoever comes second is told who has
it. Each leaves one line in the thread and one in the audit log.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.alarms import silence
from bot.models import Conversation
from bot.queueing import put_in_queue
from bot.thread import add_marker
from handoff.formats import first_name
from handoff.handoffs import Acting, Done, Refused, Result, audit, is_mine, locked, not_mine, note
from handoff.mentions import colleagues


def transfer(session: Session, acting: Acting, conversation_id: int, to_id: int, word: str, now: datetime) -> Result:
    """Give it to a colleague, perhaps with a word on the way, which becomes a note. They need not accept it."""
    conversation = _mine(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    known = colleagues(session, conversation.organisation_id, acting.adviser_id)
    names = {colleague.id: colleague.name for colleague in known}
    if to_id not in names:
        return Refused("unknown_colleague")
    kept = note(session, acting, conversation_id, word, now) if word.strip() else None
    if isinstance(kept, Refused):
        return kept
    conversation.adviser_id, conversation.snoozed_until = to_id, None
    add_marker(session, conversation, "transferred", now, acting.adviser_id, to=first_name(names[to_id]), adviser=to_id)
    audit(session, acting, conversation, "transferred", now, to=to_id)
    return Done(conversation.id)


def put_back(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Result:
    """Læg tilbage i køen: a human is still wanted, and it is not me."""
    conversation = _mine(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    put_in_queue(session, conversation, now)
    add_marker(session, conversation, "put_back", now, acting.adviser_id)
    audit(session, acting, conversation, "put_back", now)
    return Done(conversation.id)


def take_over(session: Session, acting: Acting, conversation_id: int, from_id: int, now: datetime) -> Result:
    """Take it from a colleague who is away. The question named them: where it is another's by now, nothing is done."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if is_mine(conversation, acting):
        return Done(conversation.id)
    if conversation.held_by != "adviser":
        return Refused("not_held")
    if conversation.adviser_id != from_id:
        return not_mine(conversation)
    left = first_name(conversation.adviser.name) if conversation.adviser else ""
    silence(session, conversation, acting.adviser_id, now)  # who takes a crisis has seen it
    conversation.adviser_id, conversation.snoozed_until = acting.adviser_id, None
    add_marker(session, conversation, "taken_over", now, acting.adviser_id, **{"from": left, "adviser": from_id})
    audit(session, acting, conversation, "taken_over", now, **{"from": from_id})
    return Done(conversation.id)


def reopen(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Result:
    """Åbn igen: it is mine and open. The case stays as it ended; closed once more, its outcome may be mended."""
    conversation = locked(session, acting, conversation_id, even_closed=True)
    if isinstance(conversation, Refused):
        return conversation
    if conversation.closed_at is None:
        return Done(conversation.id) if is_mine(conversation, acting) else Refused("not_closed")
    conversation.closed_at = None
    conversation.held_by, conversation.adviser_id = "adviser", acting.adviser_id
    add_marker(session, conversation, "opened_again", now, acting.adviser_id)
    audit(session, acting, conversation, "opened_again", now)
    return Done(conversation.id)


def _mine(session: Session, acting: Acting, conversation_id: int) -> Conversation | Refused:
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused) or is_mine(conversation, acting):
        return conversation
    return not_mine(conversation)
