"""What goes wrong in a year, and when: decided before it begins, by chance alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.commands.year.chance import Chance

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")

Bad = Literal["gateway_down", "service_down", "killed", "no_file"]

#: How likely on a day, and how long in minutes.
_SPELLS: tuple[tuple[Bad, float, int, int], ...] = (
    ("gateway_down", 0.06, 20, 75),
    ("service_down", 0.06, 30, 300),
    ("no_file", 0.06, 24 * 60, 3 * 24 * 60),
)
_KILLS_A_DAY = 0.5
#: Per SMS to a handset: what the gateway does with it.
_ON_SMS: tuple[tuple[str, float], ...] = (
    ("timeout", 0.02),
    ("500", 0.015),
    ("429", 0.015),
    ("30003", 0.015),
    ("30008", 0.01),
    ("30007", 0.003),
    ("30410", 0.005),
    ("lost_receipt", 0.02),
)


@dataclass(frozen=True, slots=True)
class Spell:
    """Something is wrong from ``begins`` until ``ends``; a kill has no length."""

    kind: Bad
    begins: datetime
    ends: datetime


def forecast(chance: Chance, first: date, last: date) -> list[Spell]:
    """All spells of bad luck between two days, in order."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sorted((spell for day in days for spell in _on(chance, day)), key=lambda spell: (spell.begins, spell.kind))


def _on(chance: Chance, day: date) -> list[Spell]:
    found = []
    for kind, likelihood, shortest, longest in _SPELLS:
        if chance.happens(likelihood, kind, day):
            length = timedelta(minutes=chance.between(shortest, longest, kind, day, "length"))
            found.append(_spell(chance, kind, day, length))
    if chance.happens(_KILLS_A_DAY, "killed", day):
        found.append(_spell(chance, "killed", day, timedelta()))
    return found


def _spell(chance: Chance, kind: Bad, day: date, length: timedelta) -> Spell:
    """During the day, when there is something to spoil; a missing file is missing from the morning on."""
    minute = 0 if kind == "no_file" else chance.between(8 * 60, 19 * 60, kind, day, "minute")
    begins = datetime.combine(day, time(minute // 60, minute % 60), _COPENHAGEN)
    return Spell(kind, begins, begins + length)


def on_sms(chance: Chance, number: int) -> str | None:
    """What goes wrong with the ``number``th SMS handed over, if anything."""
    at = chance.share("sms", number)
    for error, likelihood in _ON_SMS:
        at -= likelihood
        if at < 0:
            return error
    return None


def on_webhook(chance: Chance, number: int) -> Literal["lost", "twice", "late", "fine"]:
    """What becomes of the ``number``th receipt."""
    at = chance.share("webhook", number)
    return "lost" if at < 0.03 else "twice" if at < 0.08 else "late" if at < 0.13 else "fine"
