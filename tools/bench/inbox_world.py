"""Two housing organisations after years of work, for measuring the inbox: invented residents, cases and talks.

Nine conversations of ten are of the organisation that is seen. The same seed makes the same world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench import bulk, inbox_words
from bot.db import Database
from bot.models import (
    COPENHAGEN,
    Case,
    Conversation,
    Handoff,
    LiveEvent,
    Message,
    Note,
    Organisation,
    Resident,
)
from handoff.advisers import add_adviser

#: A Tuesday in the days after a wave.
NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
EMAIL, PASSWORD = "maalt@bolig.example", "en-lang-og-god-sætning"
_FIRST_PHONE = 10_000_000  # +45 1x xx xx xx: nobody's
_REASONS = ("ask_human", "not_understood", "plan_outside_policy", "more_time", "plan_proposed")


@dataclass(frozen=True)
class Size:
    """How much there is: what was promised, or, in a test, just enough to see that it can be measured."""

    conversations: int = 100_000
    messages: int = 10  #: in each


@dataclass(frozen=True)
class Made:
    """What the measuring asks for."""

    adviser: int
    organisations: tuple[int, int]  #: the one that is seen, the other one


def fill(db: Database, size: Size) -> Made:
    """Make it all."""
    made = _people(db)
    for model, rows in (
        (Resident, _residents),
        (Case, _cases),
        (Conversation, _conversations),
        (Handoff, _handoffs),
        (Message, _messages),
        (Note, _notes),
        (LiveEvent, _live_events),
    ):
        with db.write() as session:
            bulk.write(session.connection(), model, rows(made, size))
    with db.write() as session:
        bulk.settle(session.connection(), (Resident, Case, Conversation, Handoff, Message, Note, LiveEvent))
    return made


def _people(db: Database) -> Made:
    with db.write() as session:
        homes = [
            Organisation(slug=slug, name=name, number=number, settings={}, created_at=NOW)
            for slug, name, number in (("maalt", "Målt Bolig", "+4511110010"), ("anden", "Anden Bolig", "+4511110020"))
        ]
        session.add_all(homes)
        session.flush()
        adviser = add_adviser(session, EMAIL, "Mette Lind", "adviser", [homes[0]], PASSWORD, NOW)
        session.flush()
        return Made(adviser.id, (homes[0].id, homes[1].id))


def home_of(made: Made, number: int) -> int:
    """The organisation of this conversation."""
    return made.organisations[number % 10 == 9]


def phone_of(number: int) -> str:
    """The number of this conversation's resident."""
    return f"+45{_FIRST_PHONE + number}"


def ref_of(number: int) -> str:
    """The case number of this conversation."""
    return f"MB-{2020 + number % 7}-{number:06}"


def _residents(made: Made, size: Size) -> Iterator[bulk.Row]:
    for number in range(size.conversations):
        yield {
            "id": number + 1,
            "organisation_id": home_of(made, number),
            "name": inbox_words.name(number),
            "phone": phone_of(number),
            "language": _language(number),
            "address": inbox_words.address(number),
            "postal_code": "4000",
            "city": "Roskilde",
            "created_at": _began(number),
        }


def _language(number: int) -> str:
    return ("en", "ar", "pl")[number % 3] if number % 11 == 0 else "da"


def _began(number: int) -> datetime:
    """The newest numbers began last; all within four years."""
    return NOW - timedelta(days=30 + number * 7919 % 1400)


def _cases(made: Made, size: Size) -> Iterator[bulk.Row]:
    for number in range(size.conversations):
        standing, began = _standing(number), _began(number)
        is_open = standing != "closed"
        yield {
            "id": number + 1,
            "organisation_id": home_of(made, number),
            "resident_id": number + 1,
            "case_ref": ref_of(number),
            "status": "open" if is_open else "closed",
            "outcome": None if is_open else "paid",
            "arrears_ore": 300_000 + number * 37 % 1_000_000,
            "received": began.date(),
            "deadline": (NOW + timedelta(days=number % 9)).date() if is_open else (began + timedelta(days=8)).date(),
            "stage": ("rykker", "paakrav", "advokat")[number % 3],
            "department": inbox_words.department(number),
            "tenancy_ref": f"{number % 90:02}-{number % 400}",
            "opened_at": began,
            "updated_at": NOW,
            "closed_at": None if is_open else began + timedelta(days=20),
        }


def _standing(number: int) -> str:
    """Of a hundred: sixty closed, twenty the bot's, eight in the queue, twelve an adviser's."""
    share = number * 31 % 100
    return "closed" if share < 60 else "bot" if share < 80 else "queue" if share < 88 else "adviser"


def _conversations(made: Made, size: Size) -> Iterator[bulk.Row]:
    for number in range(size.conversations):
        standing, last = _standing(number), _last(number)
        waits = standing == "queue" or (standing == "adviser" and number % 2 == 0)
        yield {
            "id": number + 1,
            "organisation_id": home_of(made, number),
            "phone": phone_of(number),
            "case_id": None if number % 50 == 7 else number + 1,
            "held_by": "bot" if standing == "closed" else standing,
            "adviser_id": made.adviser if standing == "adviser" else None,
            "priority": "crisis" if number % 4000 == 5 else "high" if number % 9 == 0 else "normal",
            "reason": _REASONS[number % len(_REASONS)] if standing in ("queue", "adviser") else None,
            "language": _language(number),
            "state": {},
            "waiting_since": last if waits else None,
            "last_message_at": last,
            "closed_at": last + timedelta(hours=1) if standing == "closed" else None,
            "created_at": _began(number),
        }


def _last(number: int) -> datetime:
    if _standing(number) == "closed":
        return _began(number) + timedelta(days=19)
    return NOW - timedelta(minutes=1 + number * 13 % 8_000)


def _handoffs(made: Made, size: Size) -> Iterator[bulk.Row]:
    for number in range(size.conversations):
        if (standing := _standing(number)) == "bot":
            continue
        at = _last(number)
        yield {
            "id": number + 1,
            "conversation_id": number + 1,
            "reason": _REASONS[number % len(_REASONS)],
            "priority": "normal",
            "language": _language(number),
            "at": at,
            "claimed_by_id": made.adviser if standing == "adviser" else None,
            "claimed_at": at if standing == "adviser" else None,
            "ended_at": at if standing == "closed" else None,
        }


def _messages(made: Made, size: Size) -> Iterator[bulk.Row]:
    chance, number = Random(27), 0  # noqa: S311  the same every time
    for step in range(size.messages):  # as they came in: those of one talk do not lie side by side
        for talk in range(size.conversations):
            number += 1
            yield _message(made, talk, number, _last(talk) - timedelta(hours=size.messages - 1 - step), step, chance)


def _message(made: Made, talk: int, number: int, at: datetime, step: int, chance: Random) -> dict[str, Any]:
    is_in = step % 2 == 1
    by_adviser = not is_in and step > 6 and _standing(talk) in ("adviser", "closed")
    author = "resident" if is_in else "adviser" if by_adviser else "wave" if step == 0 else "bot"
    return {
        "id": number,
        "conversation_id": talk + 1,
        "direction": "in" if is_in else "out",
        "author": author,
        "adviser_id": made.adviser if by_adviser else None,
        "body": inbox_words.written(chance) if is_in or by_adviser else inbox_words.said(step),
        "status": "processed" if is_in else "delivered",
        "at": at,
        "due_at": None if is_in else at,
        "provider_sid": f"SM{number:032}",
        "heard": {"intents": [{"name": "inform_problem", "confidence": 0.9}], "values": []} if is_in else None,
        "sender": "" if is_in else "+4511110010",
        "segments": 0 if is_in else 1,
        "bulk": author == "wave",
    }


def _notes(made: Made, size: Size) -> Iterator[bulk.Row]:
    chance = Random(72)  # noqa: S311  the same every time
    for number in range(0, size.conversations, 5):
        yield {
            "id": number + 1,
            "conversation_id": number + 1,
            "adviser_id": made.adviser,
            "body": inbox_words.written(chance),
            "at": _last(number),
        }


def _live_events(made: Made, size: Size) -> Iterator[bulk.Row]:
    for number in range(min(size.conversations, 5_000)):
        yield {
            "id": number + 1,
            "organisation_id": home_of(made, number),
            "conversation_id": number + 1,
            "kind": "message",
            "at": NOW,
        }
