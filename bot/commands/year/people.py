"""The residents of a simulated year: who they are, what they would write, how they pay. Plain data; pure.

The kinds stand in ``people.toml``. All names are invented, and no number is handed out to anybody.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.commands.year.chance import Chance

_STREETS = ("Solgårdsvej", "Lindegården", "Søparken", "Kajen", "Havnegade")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resident."""

    name: str
    weight: int
    pace: str
    lines: tuple[str, ...]
    pays: str = "never"
    keeps: bool = True
    phone: str = "mobile"
    language: str = "da"
    after_stop: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One resident. ``phone`` is None where the rent system knows none."""

    number: int
    case_ref: str
    name: str
    kind: Kind
    phone: str | None
    new_phone: str
    birthday: str  #: as in the file: "14-03"
    rent_ore: int
    address: str
    cpr: str

    @property
    def has_handset(self) -> bool:
        """True for who can read what is sent to the number."""
        return self.phone is not None and self.kind.phone not in ("landline", "dead")


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("people.toml").read_text(encoding="utf-8"))


def kinds() -> tuple[Kind, ...]:
    """All kinds, as they stand in the file."""
    return tuple(Kind(**{**kind, "lines": tuple(kind["lines"])}) for kind in _read()["kind"])


def is_quiet(text: str) -> bool:
    """True for what a resident writes without waiting for an answer."""
    return text.strip() in _read()["quiet"]


def make_people(chance: Chance, count: int) -> list[Person]:
    """So many residents; every kind has come once before the weights decide."""
    known = kinds()
    weighted = [(kind, kind.weight) for kind in known]
    order = sorted(known, key=lambda kind: chance.share("first", kind.name))
    return [
        _make(chance, number, order[number] if number < len(order) else chance.weighted(weighted, "kind", number))
        for number in range(count)
    ]


def _make(chance: Chance, number: int, kind: Kind) -> Person:
    day, month = chance.between(1, 28, "day", number), chance.between(1, 12, "month", number)
    street = chance.among(_STREETS, "street", number)
    return Person(
        number=number,
        case_ref=f"SIM-{number + 1:04}",
        name=f"{chance.among(_read()['first'], 'first', number)} {chance.among(_read()['last'], 'last', number)}",
        kind=kind,
        phone=_phone(kind, number),
        new_phone=f"+45{19_000_000 + number}",
        birthday=f"{day:02}-{month:02}",
        rent_ore=chance.between(52, 98, "rent", number) * 100_00,
        address=f"{street} {chance.between(1, 80, 'house', number)}, {chance.between(1, 4, 'floor', number)}. tv.",
        cpr=f"{day:02}{month:02}{chance.between(50, 99, 'year', number)}-{chance.between(1000, 3999, 'cpr', number)}",
    )


def _phone(kind: Kind, number: int) -> str | None:
    if kind.phone == "none":
        return None
    shared = number - number % 2 if kind.phone == "shared" else number  # with a neighbour, if that one has a number
    return f"+45{11_200_000 + shared}"
