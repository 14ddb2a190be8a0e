"""Phone numbers in a text, as E.164. Eight digits are Danish. Pure."""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_GROUPS = r"(?:\d{8}|\d\d(?:[ .-]\d\d){3}|\d{4}[ -]\d{4}|\d{4} \d\d \d\d|\d\d \d{3} \d{3}|\d{3} \d\d \d{3})"
_HERE = re.compile(
    rf"(?<![\d+.,/-])(?:(?:\+|00) ?45[ -]?|"
    rf"45 (?=\d\d[ .-]?\d\d[ .-]?\d\d[ .-]?\d\d(?!\d)))?(?P<number>{_GROUPS})(?![\d-]|[.,]\d| ?(?:kr|,-))"
)
_ABROAD = re.compile(r"(?<![\d+])(?:\+|00)(?!45)(?P<number>[1-9]\d{0,2}(?:[ -]?\d){6,12})(?!\d)")
_COMPACT_DATE = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20[23]\d$")


def read(reading: Reading) -> None:
    """Take every phone number out."""
    reading.take(_ABROAD, lambda m: [_phone("+" + m["number"])])
    reading.take(_HERE, _here)


def _here(match: re.Match[str]) -> list[Value] | None:
    number = re.sub(r"\D", "", match["number"])
    is_date = _COMPACT_DATE.match(number) and match["number"].isdecimal() and match[0] == match["number"]
    return None if number[0] == "0" or is_date or _is_range(match["number"]) else [_phone("+45" + number)]


def _is_range(number: str) -> bool:
    """ "1000-1500": two round sums."""
    first, _, second = number.replace("-", " ").partition(" ")
    return len(first) == len(second) == 4 and int(first) % 50 == int(second) % 50 == 0 and first < second


def _phone(number: str) -> Value:
    return Value("phone_number", "+" + re.sub(r"\D", "", number))
