"""The rows of a turn, read and written past the session's unit of work: it costs several times the statement.

Each statement is built once. What is written stands on the loaded rows too, so that whoever holds them reads the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from bot.bell import ring_at_commit
from bot.dialogs.state import Heard, State
from bot.models import Case, Conversation, Message, MessageStatus, Resident
from bot.outbox import fit_to_send
from bot.sms import segments
from bot.store import lock_conversation
from bot.thread import announce

_MESSAGE, _CONVERSATION = Message.__table__.c, Conversation.__table__.c
_WITH_CASE = (
    select(Message, Case)
    .outerjoin(Case, Case.id == bindparam("case"))
    .outerjoin(Resident, Resident.id == Case.resident_id)
    .where(Message.id == bindparam("id"))
    .options(contains_eager(Case.resident))
    .execution_options(populate_existing=True)
)
_HEARD = (
    update(Message)
    .where(_MESSAGE.id == bindparam("message"))
    .values({name: bindparam(name, type_=_MESSAGE[name].type) for name in ("heard", "status", "lease_until")})
)
_OF_THREAD = {
    name: update(Conversation)
    .where(_CONVERSATION.id == bindparam("thread"))
    .values({name: bindparam(name, type_=_CONVERSATION[name].type)})
    for name in ("state", "last_message_at")
}
_ANSWER = insert(Message).returning(_MESSAGE.id)
_STEP = insert(MessageStatus)


def locked_for_turn(session: Session, message_id: int, conversation_id: int) -> Message:
    """One SMS and its case as they stand while its conversation is held against every other writer."""
    conversation = lock_conversation(session, conversation_id)
    message: Message
    message, case = session.execute(_WITH_CASE, {"id": message_id, "case": conversation.case_id}).one()
    set_committed_value(message, "conversation", conversation)  # here already: they need not be asked for
    set_committed_value(conversation, "case", case)
    return message


def write_heard(session: Session, message: Message, heard: Heard | None) -> None:
    """An SMS has had its turn: what was heard in it, and that it waits no longer. None: nobody could read it."""
    wanted = {"heard": heard and heard.to_json(), "status": "processed", "lease_until": None}
    session.connection().execute(_HEARD, {"message": message.id, **wanted})
    for name, value in wanted.items():
        set_committed_value(message, name, value)


def write_state(session: Session, conversation: Conversation, state: State) -> None:
    """Where the talk stands now; mostly where it stood."""
    new = state.to_json()
    if new != conversation.state:
        _write(session, conversation, "state", new)


def _write(session: Session, conversation: Conversation, name: Literal["state", "last_message_at"], value: Any) -> None:
    session.connection().execute(_OF_THREAD[name], {"thread": conversation.id, name: value})
    set_committed_value(conversation, name, value)


def queue_answer(session: Session, answered: Message, body: str, now: datetime, *, must_go: bool = False) -> None:
    """Put the bot's answer to one SMS into the outbox. An SMS is answered once: ``answers_id`` is unique."""
    conversation, text = answered.conversation, fit_to_send(body)
    row = {
        "conversation_id": conversation.id,
        "direction": "out",
        "author": "bot",
        "body": text,
        "status": "queued",
        "at": now,
        "due_at": now,
        "sender": conversation.organisation.number,
        "segments": segments(text),
        "answers_id": answered.id,
        "must_go": must_go,
    }
    connection = session.connection()
    message_id = connection.execute(_ANSWER, row).scalar_one()
    connection.execute(_STEP, {"message_id": message_id, "status": "queued", "source": "us", "at": now})
    _write(session, conversation, "last_message_at", now)
    announce(session, conversation, "message", now)
    ring_at_commit(session, "outbox")
