"""A conversation that stood in the queue for its plan alone waits no more once a human has answered the plan by SMS.

Only where the resident has written nothing since: what they wrote meanwhile is still to be read. A wish for a human, a
crisis or anything else that it waits for stays as it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Conversation, Message
from bot.thread import add_marker
from handoff.handoffs import back_to_bot

#: Why a human was asked for, where the answer to the plan is the answer.
_OF_THE_PLAN = frozenset({"plan_outside_policy", "plan_proposed", "more_time", "agreement_hard"})


def end_wait(session: Session, thread: Conversation, now: datetime) -> None:
    """The resident has been told: back to the bot from the queue; who holds it sees nobody waiting."""
    if thread.reason not in _OF_THE_PLAN or thread.priority == "crisis" or _has_written_since(session, thread):
        return
    if thread.held_by == "queue" and not thread.bot_paused:
        back_to_bot(session, thread, now)
        add_marker(session, thread, "plan_answered", now)
    elif thread.held_by == "adviser":
        thread.reason = thread.waiting_since = None


def _has_written_since(session: Session, thread: Conversation) -> bool:
    if thread.waiting_since is None:
        return False
    later = select(Message.id).where(Message.conversation_id == thread.id, Message.direction == "in")
    return session.scalar(later.where(Message.at > thread.waiting_since, ~Message.automatic).limit(1)) is not None
