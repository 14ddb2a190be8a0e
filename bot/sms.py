"""What an SMS costs and where it can go: GSM-7, segments, phone numbers. Pure.

Numbers: Danish ones are eight digits. A fixed line is told by its first two digits (the numbering plan of
Klimadatastyrelsen) unless the range is known to be mobile. Ranges that are not handed out are let through:
lists lag behind, and the gateway has the last word. Denmark hands out no number that begins with 1: that is
where all our invented people live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatch, PhoneNumberMatcher, PhoneNumberType

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = str.maketrans(
    dict.fromkeys("\x1b\u200b\u200c\u200d\u2060\ufeff\u2066\u2067\u2068\u2069", "")
    | dict.fromkeys("\xa0\u202f\u2009\t", " ")
    | {"“": '"', "”": '"', "„": '"', "»": '"', "«": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "..."}
)
_FIXED_SPANS = (
    *((32, 33), (35, 36), (38, 39), (43, 49), (54, 59), (62, 66), (69, 69)),
    *((72, 79), (82, 82), (86, 89), (96, 99)),
)
_FIXED = frozenset(str(prefix) for first, last in _FIXED_SPANS for prefix in range(first, last + 1))
_SERVICE = frozenset({"70", "80", "90"})
_PLACEHOLDER = re.compile(r"(\d)\1{7}|12345678|87654321")


def downgrade(text: str) -> str:
    """The text with typographic signs replaced by those of GSM-7, so that one sign does not halve the segment."""
    return text.translate(_PLAIN)


def is_gsm7(text: str) -> bool:
    """True when every character is in GSM-7 or its extension table."""
    return all(c in _BASIC or c in _EXTENDED for c in text)


def length(text: str) -> int:
    """How many units the text takes: GSM-7 septets (extended signs count two), else UTF-16 units."""
    gsm7 = is_gsm7(text)
    return sum(_size(c, gsm7=gsm7) for c in text)


def _size(character: str, *, gsm7: bool) -> int:
    return 1 + (character in _EXTENDED if gsm7 else ord(character) > 0xFFFF)


def segments(text: str) -> int:
    """How many SMS the text becomes (GSM 03.38: 160, then 153 each; UCS-2: 70, then 67 each). Empty text is none."""
    single, part = (160, 153) if is_gsm7(text) else (70, 67)
    units = length(text)
    if units <= single:
        return 1 if text else 0
    count, used = 1, 0
    for character in text:  # a pair is never split over two parts
        size = _size(character, gsm7=part == 153)
        count, used = (count + 1, size) if used + size > part else (count, used + size)
    return count


@dataclass(frozen=True, slots=True)
class Phone:
    """What a cell of a file holds: a number that takes SMS, or why there is none."""

    number: str | None
    problem: Literal["missing", "invalid", "landline"] | None = None


def read_phone(cell: str) -> Phone:
    """Read the first number in a dirty cell that takes SMS; Danish where no country is given."""
    if not cell.strip():
        return Phone(None, "missing")
    found = [m.number for m in _matches(cell)]
    mobile = [n for n in found if _kind(n) == "mobile"]
    if mobile:
        return Phone(_e164(mobile[0]))
    return Phone(None, "landline" if any(_kind(n) == "landline" for n in found) else "invalid")


def is_e164(text: str) -> bool:
    """True for +, then 8 to 15 digits: what the gateway calls a number."""
    return re.fullmatch(r"\+[1-9]\d{6,14}", text) is not None


def national(e164: str) -> str:
    """A number as people read it: +45 11 11 40 27."""
    if e164.startswith("+45") and len(e164) == 11:
        return "+45 " + " ".join(e164[i : i + 2] for i in range(3, 11, 2))
    return e164


def _matches(cell: str) -> Iterator[PhoneNumberMatch]:
    # "tlf:11114027/11114028": the matcher wants a border that it knows
    separated = re.sub(r"[/,;|]", " ; ", cell)
    matches: Iterator[PhoneNumberMatch] = iter(PhoneNumberMatcher(separated, "DK", leniency=Leniency.POSSIBLE))
    return matches


def _kind(number: PhoneNumber) -> Literal["mobile", "landline", "invalid"]:
    if number.country_code != 45:
        return "mobile" if phonenumbers.is_valid_number(number) else "invalid"
    digits = str(number.national_number)
    if len(digits) != 8 or _PLACEHOLDER.fullmatch(digits):
        return "invalid"
    if phonenumbers.number_type(number) == PhoneNumberType.MOBILE:
        return "mobile"
    return "landline" if digits[:2] in _FIXED | _SERVICE else "mobile"


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
