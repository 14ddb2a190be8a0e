"""Talks over the phone network with the real ears: what a resident writes on the handset, and what must then be so.

A talk is a file in ``tests/talks``: ``title``, ``[case]`` and ``[organisation]`` (what differs from the usual ones) and
``[[turn]]``: ``resident`` writes, or an ``adviser`` does "claim", "release" or replies; every other word is expected.
Expected is how the service behaves, seen from the handset and by the JSON API, never a whole text:

    contains, lacks   words in the SMS that came back ("a|b": either)      silent    no SMS came back
    held_by, priority, reason, bot_paused, language                         of the conversation
    facts             {name = value}, and no_facts those that must not be   promises  ["3000 2026-10-30"]
    plans             ["1000 x 9 proposed"]                                 tasks, no_tasks   types of open ones
    verified, opted_out                                                     of the case
    own               what of the case's words was the resident's own

Whatever the talk, each turn is also held against what must always be so (``_always``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from bot.db import Database
from bot.dialogs.texts import LIMIT
from bot.dialogs.wording import kroner
from bot.models import Organisation
from bot.sms import is_gsm7
from bot.turns import Understand
from handoff.advisers import add_adviser
from handoff.tokens import issue
from scheduler.jobs import tick
from tests.rig import NOW, Rig, eventually

FOLDER = Path(__file__).parent / "talks"
METTE = "mette@example.org"
USUAL: Mapping[str, Any] = {
    "name": "Amina Hassan",
    "arrears": 8450.5,
    "stage": "paakrav",
    "birth_day": "14-03",
    "rent": 6200,
    "municipality": "Odense",
}
SETTINGS = {"main_number": "+4570111111"}
CONVERSATION = ("held_by", "priority", "reason", "bot_paused", "language")
CASE = ("verified", "opted_out")
WRONG = "GIK GALT:"


@dataclass(frozen=True, slots=True)
class Talk:
    """One file."""

    name: str
    title: str
    turns: tuple[Mapping[str, Any], ...]
    case: Mapping[str, Any]
    settings: Mapping[str, Any]
    is_known: bool = True

    @classmethod
    def read(cls, path: Path) -> Talk:
        """The talk in a file."""
        script = tomllib.loads(path.read_text(encoding="utf-8"))
        settings = {**SETTINGS, **script.get("organisation", {})}
        case = script.get("case", {})
        return cls(path.stem, script["title"], tuple(script["turn"]), case, settings, script.get("is_known", True))


@dataclass(slots=True)
class Player:
    """The whole service with its web on a port. All talks' residents are there from the start, each on a handset."""

    rig: Rig
    handsets: dict[str, str] = field(default_factory=dict)  #: a talk's name -> its phone
    houses: dict[str, tuple[str, str]] = field(default_factory=dict)  #: settings -> our number, write token

    @classmethod
    def start(cls, db: Database, understand: Understand, talks: list[Talk]) -> Player:
        """Put every talk's resident into the database, and let the wave begin by itself."""
        player = cls(Rig(db, understand).start())
        for number, talk in enumerate(talks):
            player._furnish(talk, f"+451111{7000 + number}")
        tick(db, NOW)
        player.rig.service.worker.wake()
        eventually(player.rig.settled, 60)
        return player

    def _furnish(self, talk: Talk, phone: str) -> None:
        self.handsets[talk.name] = phone
        _, token = self._house(talk)
        if talk.is_known:
            days = int(talk.case.get("days", 8))
            told = {name: value for name, value in talk.case.items() if name != "days"}
            case = {**USUAL, "case_ref": talk.name, "phone": phone, **told}
            case["received"] = str(NOW.date() - timedelta(days=max(0, 8 - days)))
            case["deadline"] = str(NOW.date() + timedelta(days=days))
            answer = requests.post(f"{self.rig.url}/api/v1/cases", json=case, headers=_bearer(token), timeout=60)
            assert answer.ok, answer.text

    def _house(self, talk: Talk) -> tuple[str, str]:
        key = str(sorted(talk.settings.items()))
        if key not in self.houses:
            number = f"+451111001{len(self.houses)}"
            with self.rig.db.write() as session:
                slug = f"solgaarden-{len(self.houses)}"
                settings = dict(talk.settings)
                made = Organisation(slug=slug, name="Solgården Bolig", number=number, settings=settings, created_at=NOW)
                session.add(made)
                session.flush()
                place = f"{slug}-{METTE}"
                add_adviser(session, place, "Mette Holm", "adviser", [made], "en-lang-og-god-sætning", NOW)
                self.houses[key] = (number, issue(session, made, "write", NOW))
        return self.houses[key]

    def ask(self, talk: Talk, path: str) -> Any:
        """What the API says."""
        answer = requests.get(f"{self.rig.url}/api/v1{path}", headers=_bearer(self._house(talk)[1]), timeout=60)
        return answer.json() if answer.ok else None

    def conversation(self, talk: Talk) -> Mapping[str, Any]:
        """The thread with the talk's handset."""
        found = self.ask(talk, f"/conversations?phone=%2B{self.handsets[talk.name][1:]}")
        return dict(found[0]) if found else {}

    def case(self, talk: Talk) -> Mapping[str, Any]:
        """The talk's case; empty for a number that nobody knows."""
        return dict(self.ask(talk, f"/cases/{talk.name}") or {})

    def take(self, talk: Talk, turn: Mapping[str, Any]) -> list[str]:
        """One turn, until nothing waits any more: the SMS that came back."""
        phone = self.handsets[talk.name]
        before = len(self.rig.got(phone))
        if "resident" in turn:
            self._write(talk, turn)
        else:
            self._act(talk, turn["adviser"])
        eventually(self.rig.settled, 90)
        return self.rig.got(phone)[before:]

    def _write(self, talk: Talk, turn: Mapping[str, Any]) -> None:
        phone = self.handsets[talk.name]
        sms = {"to": self._house(talk)[0], "body": turn["resident"], "media": turn.get("media", [])}
        url = f"{self.rig.url}/simulator/api/phones/{phone}/messages"
        answer = requests.post(url, json=sms, timeout=60)
        assert answer.ok, answer.text

    def _act(self, talk: Talk, deed: str) -> None:
        number, token = self._house(talk)
        body = {"adviser": f"solgaarden-{number[-1]}-{METTE}"}
        what, said = (deed, {}) if deed in ("claim", "release") else ("reply", {"text": deed})
        url = f"{self.rig.url}/api/v1/conversations/{self.conversation(talk)['id']}/{what}"
        answer = requests.post(url, json=body | said, headers=_bearer(token), timeout=60)
        assert answer.ok, answer.text

    def play(self, talk: Talk) -> list[str]:
        """The whole talk, line by line; a line with ``WRONG`` is something that went otherwise than it should."""
        told = [f"we: {sms}" for sms in self.rig.got(self.handsets[talk.name])]
        for turn in talk.turns:
            was = self.case(talk)
            came = self.take(talk, turn)
            told += [f"> {turn.get('resident', turn.get('adviser'))}", *(f"we: {sms}" for sms in came)]
            conversation, case = self.conversation(talk), self.case(talk)
            found = [*_always(turn, came, was, case), *_missed(turn, came, conversation, case)]
            told += [f"    {WRONG} {line}" for line in found]
        return told


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _always(turn: Mapping[str, Any], came: list[str], was: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    """One SMS a turn, of two segments, without links; nothing of the case to whom nobody has recognised."""
    text = " ".join(came)
    wrong = [f"{len(came)} SMS came back"] if len(came) > 1 else []
    if "resident" in turn and (len(text) > LIMIT or not is_gsm7(text)):
        wrong.append(f"{len(text)} characters, or some that cost more: {text}")
    wrong += [f"says {word}" for word in ("http", "www.", ".dk", "MitID-kode") if word in text]
    own = str(turn.get("own", ""))
    if not case.get("verified"):
        wrong += [f"says {word} before recognition" for word in _secrets(was) if word in text and word not in own]
    return wrong


def _secrets(case: Mapping[str, Any]) -> list[str]:
    if not case:
        return ["mangler at betale", "kr."]
    return ["mangler at betale", "Fristen er", kroner(round(case["arrears"] * 100))]


def _missed(
    turn: Mapping[str, Any], came: list[str], conversation: Mapping[str, Any], case: Mapping[str, Any]
) -> list[str]:
    """What was expected of this turn and is not so."""
    text = " ".join(came).lower()
    wrong = [f"no {words!r}" for words in turn.get("contains", []) if not _any_of(words, text)]
    wrong += [f"has {words!r}" for words in turn.get("lacks", []) if _any_of(words, text)]
    if "resident" in turn and turn.get("silent", False) != (not came):
        wrong.append("silent" if not came else "not silent")
    for names, there in ((CONVERSATION, conversation), (CASE, case)):
        wrong += [f"{n} is {there.get(n)!r}, not {turn[n]!r}" for n in names if n in turn and there.get(n) != turn[n]]
    return wrong + _not_kept(turn, case)


def _any_of(words: str, text: str) -> bool:
    return any(word.lower() in text for word in words.split("|"))


def _not_kept(turn: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    facts = {fact["name"]: fact["value"] for fact in case.get("facts", [])}
    tasks = [task["type"] for task in case.get("tasks", []) if task["status"] == "open"]
    wrong = [f"fact {n} is {facts.get(n)!r}, not {v!r}" for n, v in turn.get("facts", {}).items() if facts.get(n) != v]
    wrong += [f"fact {name} is {facts[name]!r}" for name in turn.get("no_facts", []) if name in facts]
    wrong += [f"no task {name}, only {tasks}" for name in turn.get("tasks", []) if name not in tasks]
    wrong += [f"a task {name}" for name in turn.get("no_tasks", []) if name in tasks]
    promises = [f"{p['amount']:g} {p['date']}" if p["amount"] else f"all {p['date']}" for p in _open(case)]
    plans = [f"{p['monthly']:g} x {p['instalments']} {p['status']}" for p in case.get("plans", [])]
    for name, there in (("promises", promises), ("plans", plans)):
        if name in turn and sorted(turn[name]) != sorted(there):
            wrong.append(f"{name} are {there}, not {turn[name]}")
    return wrong


def _open(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [promise for promise in case.get("promises", []) if promise["status"] == "open"]
