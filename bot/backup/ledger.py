"""What the gateway took from one organisation's number since the backup, against what we have to say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.db import Database
from bot.dialogs.effects import OpenHandoff
from bot.dialogs.state import Decision, State
from bot.gateway import Left
from bot.models import Conversation, Message, Organisation
from bot.models.conversation import WAITING
from bot.receive import attach_case, move
from bot.sms import segments
from bot.store import conversation_with, known_sids, lock_conversation, record_status
from bot.thread import announce

#: Stands on what we did not send because the gateway had something else for that number.
RESTORED = "restored"


class Ledger:
    """By number: what the gateway took and this database has not."""

    def __init__(self, db: Database, organisation_id: int, left: Sequence[Left]) -> None:
        self._db, self._organisation_id = db, organisation_id
        self._unknown: dict[str, list[Left]] = defaultdict(list)
        self.counted: Counter[str] = Counter()
        for each in left:
            self._unknown[each.to].append(each)
        self._forget_known()

    def _forget_known(self) -> None:
        """Strike out what the thread has: of before the backup, or of an earlier try at this."""
        with self._db.read() as session:
            for phone in list(self._unknown):
                thread = session.scalar(self._thread_with(phone))
                sids = known_sids(session, thread) if thread is not None else frozenset()
                self._keep(phone, [each for each in self._unknown[phone] if each.sid not in sids])

    def recognise(self) -> None:
        """Take for sent what we have to say and the gateway has: word by word, to that number."""
        for phone, message_ids in self._waiting().items():
            with self._db.write() as session:
                thread = session.scalars(self._thread_with(phone)).one()
                lock_conversation(session, thread)
                for message_id in message_ids:
                    self._recognise(session, session.get_one(Message, message_id, populate_existing=True), phone)

    def _recognise(self, session: Session, message: Message, phone: str) -> None:
        same = next((each for each in self._unknown.get(phone, ()) if each.body == message.body), None)
        if same is None or message.provider_sid is not None:
            return
        message.provider_sid, message.attempted_at, message.lease_until = same.sid, same.at, None
        message.attempts += 1
        move(session, message, same.status, same.error, "gateway", same.at)
        self._keep(phone, [each for each in self._unknown[phone] if each is not same])
        self.counted["known"] += 1

    def close(self, now: datetime) -> None:
        """What is left is nothing that we would have said: into the thread, and a human looks."""
        for phone, unknown in list(self._unknown.items()):
            with self._db.write() as session:
                organisation = session.get_one(Organisation, self._organisation_id)
                thread = conversation_with(session, organisation, phone, now)
                attach_case(session, thread)
                self._refuse(session, thread, now)
                for each in unknown:
                    _put_in(session, thread, organisation.number, each)
                state = State.from_json(thread.state)
                apply(Turn(session, thread, now), Decision(state, (OpenHandoff("restored", "normal"),)))
            self.counted["found"] += len(unknown)

    def _refuse(self, session: Session, thread: Conversation, now: datetime) -> None:
        """Whatever of ours is due to that number; what is due later is asked about when its time comes."""
        due = select(Message).where(WAITING, Message.conversation_id == thread.id, Message.due_at <= now)
        for message in session.scalars(due.where(Message.direction == "out").order_by(Message.id)):
            move(session, message, "refused", RESTORED, "us", now)
            self.counted["refused"] += 1

    def _waiting(self) -> dict[str, list[int]]:
        """By number: our SMS without the gateway's id, of the numbers that it has something for."""
        wanted = select(Conversation.phone, Message.id).join(Message, Message.conversation_id == Conversation.id)
        mine = Conversation.organisation_id == self._organisation_id
        found: dict[str, list[int]] = defaultdict(list)
        with self._db.read() as session:
            for phone, message_id in session.execute(wanted.where(WAITING, mine).order_by(Message.id)):
                if phone in self._unknown:
                    found[phone].append(message_id)
        return found

    def _thread_with(self, phone: str) -> Select[int]:
        return select(Conversation.id).where(
            Conversation.organisation_id == self._organisation_id, Conversation.phone == phone
        )

    def _keep(self, phone: str, unknown: list[Left]) -> None:
        if unknown:
            self._unknown[phone] = unknown
        else:
            self._unknown.pop(phone, None)


def _put_in(session: Session, thread: Conversation, sender: str, left: Left) -> None:
    """As the bot's: who it was that wrote it, the gateway does not know."""
    message = Message(
        conversation_id=thread.id,
        direction="out",
        author="bot",
        body=left.body,
        status=left.status,
        error=left.error,
        at=left.at,
        provider_sid=left.sid,
        sender=sender,
        segments=segments(left.body),
        due_at=left.at,
        attempted_at=left.at,
        attempts=1,
    )
    session.add(message)
    session.flush()
    record_status(session, message, left.status, "gateway", left.at, left.error)
    thread.last_message_at = max(thread.last_message_at or left.at, left.at, key=datetime.timestamp)
    announce(session, thread, "message", left.at)
