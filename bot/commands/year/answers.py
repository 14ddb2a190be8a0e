"""What a resident does when an SMS of ours has arrived: the next line, some time later, or nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.commands.year.chance import Chance
from bot.commands.year.people import Person

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
#: After so many SMS in one month a resident has had enough.
_MOST = 9
_ASKS_BIRTHDAY = ("fødselsdag", "birthday", "day and month")
_ASKS_HOUSE = ("husnummer", "house number")


@dataclass(frozen=True, slots=True)
class Said:
    """An SMS that a resident will write. ``offers``: all or half on a day, or something each month."""

    at: datetime
    text: str
    offers: Literal["", "all", "half", "monthly"] = ""


@dataclass(frozen=True, slots=True)
class Mind:
    """What a resident remembers of this month's talk."""

    round: int = 0
    next_line: int = 0
    written: int = 0


def react(
    person: Person, mind: Mind, text: str, now: datetime, chance: Chance, owed_ore: int
) -> tuple[Mind, list[Said]]:
    """Read an SMS that has just arrived."""
    if mind.written >= _MOST:
        return mind, []
    key = (person.number, mind.round, mind.written)
    asked = _asked(person, text)
    place = mind.next_line if asked else _next_line(person, mind.next_line)
    lines = person.kind.lines
    if not asked and place >= len(lines):
        return mind, []
    told = asked or lines[place]
    moves_on = not asked or lines[place : place + 1] == ("{birthday}",)
    at = _when(_pace(person, told), now, chance, key)
    parts = [_filled(person, part, at.date(), owed_ore) for part in told.split(" + ")]
    said = [Said(at + timedelta(seconds=20 * n), part) for n, part in enumerate(parts)]
    said[0] = replace(said[0], offers=_offer(told))
    return Mind(mind.round, place + moves_on, mind.written + 1), said


def promised_day(said_on: date) -> date:
    """The day that {day} names: the Friday after next weekend begins, always three days ahead or more."""
    ahead = (4 - said_on.weekday()) % 7
    return said_on + timedelta(days=ahead if ahead >= 3 else 6)


def _asked(person: Person, text: str) -> str | None:
    small = text.lower()
    if any(words in small for words in _ASKS_BIRTHDAY):
        return "{birthday}"
    if any(words in small for words in _ASKS_HOUSE):
        return person.address.split(",")[0].split()[-1]
    return None


def _next_line(person: Person, place: int) -> int:
    """The birthday is told to who asks for it."""
    lines = person.kind.lines
    while place < len(lines) and lines[place] == "{birthday}":
        place += 1
    return place


def _offer(line: str) -> Literal["", "all", "half", "monthly"]:
    if "{monthly}" in line:
        return "monthly"
    if "{day}" not in line:
        return ""
    return "half" if "{half}" in line else "all"


def _pace(person: Person, told: str) -> str:
    return person.kind.after_stop if told == "START" and person.kind.after_stop else person.kind.pace


def _when(pace: str, now: datetime, chance: Chance, key: tuple[int, ...]) -> datetime:
    match pace:
        case "at_once":
            return now + timedelta(seconds=chance.between(20, 600, "at_once", *key))
        case "next_day":
            return now + timedelta(hours=chance.between(17, 30, "next_day", *key), minutes=key[0] % 60)
        case "night":
            late = datetime.combine(now.date() + timedelta(days=1), time(1), _COPENHAGEN)
            return max(now, late) + timedelta(minutes=chance.between(0, 200, "night", *key))
        case _:
            return now + timedelta(minutes=chance.between(15, 420, "hours", *key))


def _filled(person: Person, line: str, today: date, owed_ore: int) -> str:
    day, month = person.birthday.split("-")
    kroner = owed_ore // 100
    return line.format(
        birthday=f"{int(day)}/{int(month)}",
        arrears=kroner,
        half=kroner // 2,
        monthly=max(300, kroner // 800 * 100),
        day=_DAYS[promised_day(today).weekday()],
        cpr=person.cpr,
        number=person.new_phone.removeprefix("+45"),
    )
