"""What the demo's residents wrote the day before: real turns of the real engine, with what was heard written out.

Only the delivery is made up: the SMS stand as delivered in the service and on the phones.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contacts import begin_contact
from bot.db import Database
from bot.dialogs.state import Heard, Intent, Value
from bot.models import Case, Conversation, Message
from bot.receive import Inbound, move, receive
from bot.simulator.tables import SimMessage
from bot.sms import segments
from bot.store import lock_conversation
from bot.turns import answer


@dataclass(frozen=True, slots=True)
class Line:
    """One SMS of a resident: minutes after the first contact, the text and what it means."""

    minutes: int
    text: str
    intents: tuple[str, ...]
    values: tuple[tuple[str, str | int], ...] = ()


#: A number that no case has: how many minutes before the demo begins it wrote to the first organisation, and what.
STRANGER = ("+4511114201", 95, "hej er det jer der skriver til folk om husleje?")

#: Case -> how many minutes before the demo begins the first contact was, and what was written.
TALKS: dict[str, tuple[int, tuple[Line, ...]]] = {
    "SB-2026-002": (
        1180,
        (
            Line(34, "ja det må du gerne", ("affirm",)),
            Line(36, "2/7", (), (("date", "2026-07-02"),)),
            Line(41, "jeg mistede mit job i oktober. kan jeg betale 750 om måneden?",
                 ("inform_job_loss", "ask_payment_plan"), (("amount", 750),)),
            Line(43, "ja", ("affirm",)),
            Line(1108, "min veninde siger jeg skal søge kommunen før jeg betaler?? "
                 "kan jeg ikke bare snakke med dig mette", ("ask_enkeltydelse", "ask_human")),
        ),
    ),
    "SB-2026-008": (
        1175,
        (Line(52, "When will the court come? I have the letter", ("ask_eviction",)),),
    ),
    "SB-2026-006": (
        1172,
        (
            Line(21, "hvem er i? er det svindel", ("ask_identity",)),
            Line(1003, "ok. kan du ringe når jeg har fri kl 15", ("ask_callback",), (("time", "15:00"),)),
        ),
    ),
    "SB-2026-005": (
        1168,
        (Line(18, "jeg vil gerne snakke med nogen, men først i morgen", ("ask_human",)),),
    ),
    "HA-77-104": (
        1164,
        (
            Line(22, "ja det er mig. hvem kan jeg tale med", ("affirm", "ask_human")),
        ),
    ),
    "HA-77-103": (
        1162,
        (Line(1045, "det passer ikke. oktober er betalt", ("dispute_arrears",)),),
    ),
    "HA-77-101": (
        1160,
        (Line(1118, "min eksmand står ude på gangen igen. jeg er bange for ham", ("crisis_violence",)),),
    ),
}  # fmt: skip


def play(db: Database, now: datetime) -> None:
    """Let the talks have happened before ``now``."""
    number = ""
    for case_ref, (before, lines) in TALKS.items():
        start = now - timedelta(minutes=before)
        with db.write() as session:
            case = session.scalars(select(Case).where(Case.case_ref == case_ref)).one()
            begin_contact(session, case, step=0, contact_id=None, now=start, send_at=start, expires_at=None)
            phone, number = str(case.resident.phone), case.organisation.number
            deliver(session, phone, start)
        for line in lines:
            _hear(db, phone, number, line, start + timedelta(minutes=line.minutes))
    phone, before, text = STRANGER
    _hear(db, phone, number, Line(0, text, ("ask_identity",)), now - timedelta(minutes=before))


def fill_phones(db: Database, phones: Database) -> None:
    """Show on the phones what was said; what waits to be sent later is not there yet."""
    with db.read() as session:
        talked = session.scalars(select(Conversation.phone).join(Message).where(Message.provider_sid.is_not(None)))
        for phone in sorted(set(talked)):
            _fill_phone(db, phones, phone)


def _hear(db: Database, phone: str, number: str, line: Line, at: datetime) -> None:
    sid = "SM" + secrets.token_hex(16)
    receive(db, Inbound(sid, phone, number, line.text), at)
    with db.write() as session:
        message = session.scalars(select(Message).where(Message.provider_sid == sid)).one()
        conversation = lock_conversation(session, message.conversation_id)
        intents = tuple(Intent(name, 0.97) for name in line.intents)
        values = tuple(Value(entity, value) for entity, value in line.values)
        language = conversation.case.resident.language if conversation.case else "da"
        answer(session, message, Heard(line.text, intents, values, language), at)
        deliver(session, phone, at)


def deliver(session: Session, phone: str, at: datetime) -> None:
    """Let what goes at once to this phone have arrived."""
    session.flush()
    queued = select(Message).join(Message.conversation).where(Conversation.phone == phone, Message.status == "queued")
    queued = queued.where(Message.send_at.is_(None))
    for message in session.scalars(queued):
        message.provider_sid = "SM" + secrets.token_hex(16)
        for status in ("sent", "delivered"):
            move(session, message, status, None, "receipt", at)


def _fill_phone(db: Database, phones: Database, phone: str) -> None:
    with db.read() as session:
        stood = session.scalars(
            select(Message)
            .join(Message.conversation)
            .where(Conversation.phone == phone, Message.provider_sid.is_not(None))
            .order_by(Message.id)
        ).all()
        numbers = {m.id: m.conversation.organisation.number for m in stood}
    with phones.write() as session:
        for message in stood:
            is_in = message.direction == "in"
            session.add(
                SimMessage(
                    sid=str(message.provider_sid),
                    direction="inbound" if is_in else "outbound-api",
                    phone=phone,
                    service=numbers[message.id],
                    body=message.body,
                    media=[],
                    status="received" if is_in else "delivered",
                    segments=max(1, segments(message.body)),
                    at=message.at,
                    updated_at=message.at,
                )
            )
