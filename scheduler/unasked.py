"""An SMS that we start beside the ladder: under its text's name, in the send window, with an end. In the caller's
transaction; what speaks against it is asked again when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.dialogs.effects import Say
from bot.dialogs.flows.check_in import FLOW
from bot.dialogs.state import CaseFacts, State
from bot.dialogs.texts import render
from bot.models import COPENHAGEN, Conversation, Message
from bot.organisations import OrganisationSettings
from bot.outbox import queue_message
from bot.workdays import add_working_days, closing
from scheduler.ladder import opening_of

#: A talk this young is still going on: it is not cut off.
TALKING = timedelta(hours=24)
#: Working days after which what could not be sent is left out.
_LASTS = 2


def is_talking(thread: Conversation, now: datetime) -> bool:
    """True while somebody has written in the thread a short while ago."""
    return thread.last_message_at is not None and now - thread.last_message_at <= TALKING


def last_moment(send_at: datetime, settings: OrganisationSettings) -> datetime:
    """When it is too old to be sent: two working days later."""
    day = add_working_days(send_at.astimezone(COPENHAGEN).date(), _LASTS)
    return closing(settings.window, opening_of(day, settings.window))


def queue_unasked(
    session: Session,
    thread: Conversation,
    said: Sequence[Say],
    facts: CaseFacts,
    now: datetime,
    *,
    send_at: datetime,
    expires_at: datetime,
) -> Message:
    """Queue what is said; the first text names the SMS, so that an operator's filter stops that text alone."""
    message = queue_message(
        session,
        thread,
        render(said, thread.language, facts.own, facts.languages),
        author="bot",
        now=now,
        due_at=send_at,
        bulk=True,
        expires_at=expires_at,
    )
    message.text_key = f"{said[0].text}:{thread.language}"
    return message


def take_back_question(thread: Conversation) -> None:
    """Nobody has read it: a "ja" next month answers something else."""
    state = State.from_json(thread.state)
    if state.flow == FLOW.name:
        thread.state = state.evolve(flow=None, step=None, misses=0, asked={}).to_json()
