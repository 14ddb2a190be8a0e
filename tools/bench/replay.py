"""What the rules answer to a talk: the same SMS, heard the same way, in the same order, where nothing ever fails."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select

from bench.residents import OURS, fill, phone_of
from bench.residents import Street as Residents
from bot.clock import machine_clock
from bot.db import Database
from bot.dialogs.state import Heard, Intent, Value
from bot.models import Message
from bot.receive import Inbound, receive
from bot.turns import Turns, Understand

#: What residents write in it: questions, answers, news, other things.
TEXTS = (
    "Kan jeg få boligstøtte?",
    "Hvor meget skylder jeg?",
    "hvornår er fristen?",
    "Er det her svindel?",
    "hvem er du?",
    "Hvad er enkeltydelse?",
    "Hvordan betaler jeg?",
    "hej",
    "tak",
    "Hvad sker der hvis jeg ikke betaler?",
    "hvad er et påkrav?",
    "ja",
    "nej",
    "Jeg kan ikke betale hele huslejen",
    "500 kr",
    "det ved jeg ikke",
    "jeg er blevet fyret",
    "hvad kan I hjælpe med?",
    "How much do I owe?",
    "er du et menneske?",
)
#: So many SMS more once a human has it: to those the bot says nothing.
_AFTERWARDS = 2
_AT_MOST = 12


@dataclass(frozen=True)
class Said:
    """An SMS, and what was heard of it."""

    text: str
    heard: Mapping[str, Any]


class Replay:
    """Plays talks in a database of its own; each resident there plays one."""

    def __init__(self, db: Database, understand: Understand, residents: int) -> None:
        self._db, self._turns, self._understand = db, Turns(db, machine_clock, self._hear), understand
        fill(db, Residents(residents=residents))
        self._next, self._last, self._sids = count(), residents, count()
        self._known: dict[str, list[bool]] = {}
        self._heard: Mapping[str, Any] | None = None

    def is_answered(self, talk: Sequence[Said]) -> list[bool]:
        """For each SMS of the talk whether there is an answer."""
        key = json.dumps([(said.text, said.heard) for said in talk], sort_keys=True)
        if key not in self._known:
            phone = self._somebody()
            self._known[key] = [self._say(phone, said.text, said.heard) for said in talk]
        return self._known[key]

    def talks(self, number: int) -> list[list[str]]:
        """So many talks, each until the bot has nothing more to say and a little longer."""
        chance = Random(27)  # noqa: S311  the same every time
        return [self._talk(chance) for _ in range(number)]

    def _talk(self, chance: Random) -> list[str]:
        phone, texts, flags, silent = self._somebody(), list[str](), list[bool](), 0
        while len(texts) < _AT_MOST and silent < _AFTERWARDS:
            texts.append(chance.choice(TEXTS))
            flags.append(self._say(phone, texts[-1]))
            silent += not flags[-1]
        return texts

    def _somebody(self) -> str:
        number = next(self._next)
        if number >= self._last:
            raise RuntimeError("More talks went another way than there are residents to play them")
        return phone_of(number)

    def _hear(self, text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        told = self._heard
        if told is None:
            return self._understand(text, today, media=media, previous_language=previous_language)
        rest = {name: told[name] for name in ("language", "cpr_removed", "media")}
        intents = tuple(Intent(**intent) for intent in told["intents"])
        return Heard(text, intents=intents, values=tuple(Value(**value) for value in told["values"]), **rest)

    def _say(self, phone: str, text: str, heard: Mapping[str, Any] | None = None) -> bool:
        self._heard = heard
        sid = f"SM{next(self._sids):032}"
        receive(self._db, Inbound(sid, phone, OURS, text), machine_clock())
        while self._turns.take_next():
            pass
        with self._db.read() as session:
            mine = select(Message.id).where(Message.provider_sid == sid).scalar_subquery()
            return session.scalar(select(Message.id).where(Message.answers_id == mine)) is not None
