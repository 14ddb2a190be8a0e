"""The numbers that a resident may be given: one table, each with its source and the day it was last checked.

A number that nobody has verified is not said. The lint of the catalogues asks ``numbers_in`` for what a text names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("contacts.toml")
#: Eight digits in pairs or as 70 201 201, the six of a European helpline, or a short number.
_NUMBER = re.compile(r"(?<![\d/.,])(?:\d\d(?: ?\d\d){3}|\d\d \d{3} \d{3}|116 ?\d{3}|1\d{2,3})(?![\d/.,]\d|\d)")
#: The other writing of a kommune's name: Aarhus and Århus, "Aarhus Kommune" and "aarhus".
_SPELLINGS = (("å", "aa"), ("æ", "ae"), ("ø", "oe"))


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call; ``said`` is true when the number is verified and may stand in a text."""

    name: str
    number: str
    source: str
    checked: date
    said: bool


@cache
def contacts() -> Mapping[str, Contact]:
    """The table, by its keys."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: Contact(**row) for key, row in rows.items()})


def sayable() -> frozenset[str]:
    """The digits of every number that may stand in a text."""
    return frozenset(packed(contact.number) for contact in contacts().values() if contact.said)


def packed(number: str) -> str:
    """A number without its spaces."""
    return number.replace(" ", "")


def numbers_in(text: str) -> tuple[str, ...]:
    """The phone numbers that a text names, without spaces."""
    return tuple(packed(found) for found in _NUMBER.findall(text))


def number_of_kommune(numbers: Mapping[str, str], kommune: str) -> str:
    """A kommune's own number from an organisation's table, however its name is spelt; empty when there is none."""
    wanted = kommune_key(kommune)
    return next((number for name, number in numbers.items() if wanted and kommune_key(name) == wanted), "")


def kommune_key(name: str) -> str:
    """A kommune's name as it is compared: "Århus Kommune" and "Aarhus" are one."""
    key = " ".join(name.casefold().split()).removesuffix(" kommune")
    for letter, plain in _SPELLINGS:
        key = key.replace(letter, plain)
    return key
