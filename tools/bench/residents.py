"""Residents who write: a housing organisation whose wave has gone out, and the talks that they have with the bot.

A talk is three SMS of one resident: short answers, and messages of the evaluation set in their own mix. It is played
once in the bench itself, and kept as far as the bot answers: whoever waits for an answer must get one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from bench import bulk
from bot.clock import machine_clock
from bot.contacts import open_talks
from bot.db import Database
from bot.models import Case, Conversation, Message, Organisation, Resident
from bot.receive import Inbound, receive
from bot.search_index import index_of
from bot.turns import Turns, Understand

OURS = "+4511110010"
_FIRST_PHONE = 10_000_000  # +45 1x xx xx xx: nobody's
_ALWAYS = {
    "messages_per_second": 1000,
    "send_from": "00:00",
    "send_to": "23:59",
    "send_days": "mon,tue,wed,thu,fri,sat,sun",
}
#: No wave of its own begins while it is measured.
_SETTINGS = _ALWAYS | {"release": "second_person"}
#: The second day of a wave: what residents wrote at night has been answered.
_SHORT = (
    "ja",
    "Ja tak",
    "nej",
    "ok",
    "14/3",
    "på fredag",
    "500 kr",
    "1",
    "det ved jeg ikke",
    "hvor meget skylder jeg?",
)
_LONG_SHARE = 0.5
_A_TALK = 3


@dataclass(frozen=True, slots=True)
class Talk:
    """What one resident writes, each when the answer to the one before has come."""

    phone: str
    texts: Sequence[str]


@dataclass(frozen=True)
class Street:
    """How many live there, and how many different talks they have."""

    residents: int = 8_000
    talks: int = 150


def phone_of(number: int) -> str:
    """The number of this resident."""
    return f"+45{_FIRST_PHONE + number}"


def fill(db: Database, street: Street) -> int:
    """The organisation, its residents and their conversations, which have just begun; gives its id."""
    now = machine_clock()
    with db.write() as session:
        home = Organisation(slug="bench", name="Bench", number=OURS, settings=_SETTINGS, created_at=now)
        session.add(home)
        session.flush()
        state = _begun(session, home, now)
        numbers = range(1, street.residents)
        connection = session.connection()
        bulk.write(connection, Resident, (_resident(home.id, n, now) for n in numbers))
        bulk.write(connection, Case, (_case(home.id, n, now) for n in numbers))
        bulk.write(connection, Conversation, (_conversation(home.id, n, state, now) for n in numbers))
        bulk.settle(connection, (Resident, Case, Conversation))
    return home.id


def _begun(session: Any, home: Organisation, now: datetime) -> dict[str, Any]:
    """The first resident by way of the product itself: how a conversation stands after the first SMS."""
    resident, case = _resident(home.id, 0, now), _case(home.id, 0, now)
    session.add(Resident(**resident))
    session.flush()
    session.add(one := Case(**case))
    session.flush()
    session.refresh(one)
    opening = open_talks(session, home, [(one, 0, now.date())], now)[one.id]
    session.flush()
    return dict(opening.conversation.state)


def _resident(home: int, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "organisation_id": home,
        "name": f"Line Bek {number}",
        "phone": phone_of(number),
        "birth_day": "14-03",
        "created_at": now,
    }


def _case(home: int, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "organisation_id": home,
        "resident_id": number + 1,
        "case_ref": f"B-{number}",
        "arrears_ore": 500_000,
        "received": now.date(),
        "deadline": now.date() + timedelta(days=8),
        "opened_at": now,
        "updated_at": now,
    }


def _conversation(home: int, number: int, state: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "organisation_id": home,
        "phone": phone_of(number),
        "case_id": number + 1,
        "state": state,
        "created_at": now,
    }


def written(longer: Sequence[str], talks: int) -> list[list[str]]:
    """What is written in so many talks: half of it short answers, half of it messages of the evaluation set."""
    chance = Random(27)  # noqa: S311  the same every time
    return [
        [chance.choice(longer if chance.random() < _LONG_SHARE else _SHORT) for _ in range(_A_TALK)]
        for _ in range(talks)
    ]


def answered(understand: Understand, longer: Sequence[str], talks: int) -> list[list[str]]:
    """Those talks, each as far as the bot answers every SMS of it."""
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'played.db'}")
        db.upgrade()
        fill(db, Street(residents=talks))
        db.index = index_of("invented")
        turns = Turns(db, machine_clock, understand)
        kept = [_as_far(db, turns, phone_of(n), texts) for n, texts in enumerate(written(longer, talks))]
        db.close()
    return [texts for texts in kept if texts]


def _as_far(db: Database, turns: Turns, phone: str, texts: Sequence[str]) -> list[str]:
    for place, text in enumerate(texts):
        sid = f"SM{phone}-{place}"
        receive(db, Inbound(sid, phone, OURS, text), machine_clock())
        turns.take_next()
        with db.read() as session:
            said = select(Message.answers_id).where(Message.answers_id.is_not(None)).join(Message.conversation)
            mine = select(Message.id).where(Message.provider_sid == sid)
            if session.scalar(said.where(Message.answers_id.in_(mine))) is None:
                return list(texts[:place])
    return list(texts)


def street(talks: Sequence[Sequence[str]], residents: int) -> Iterator[Talk]:
    """One resident after the other, each with a talk; when all have written the first goes on."""
    for number in count():
        yield Talk(phone_of(number % residents), talks[number % len(talks)])
