"""What an adviser is told about an SMS before it goes: signs that cost, what does not belong in one, and why. Pure.

Only a warning, for an adviser knows more than a list of words; a place of a canned reply that is still empty, and a
CPR number, must be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.nlu.masking import mask_cpr
from bot.sms import downgrade, is_gsm7, segments

_LINK = re.compile(
    r"(?:https?:|www\.)\S*|(?<![@\w.-])[\w-]+(?:\.[\w-]+)*\.(?:dk|com|org|net|eu|info|nu|io|me)\b(?:/\S*)?", re.I
)
#: A Danish account: four digits and six to ten more, called one; or an IBAN.
_ACCOUNT = re.compile(
    r"\b(?:reg(?:istrerings)?\.?\s?(?:nr\.?|nummer)?|konto\w*(?:\s?nr\.?)?|account)\W{0,12}\d[\d .-]{3,20}\d"
    r"|\bDK\d{2}(?: ?\d{4}){3} ?\d{2}\b|(?<![\d+])\d{4}[ -]\d{7,10}(?!\d)|[+]\d{2}<\d{6,}",
    re.I,
)
_PLACE = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to know; ``about`` is the sign or words it is about. ``must`` is to be mended before it can go."""

    name: str
    about: str = ""
    more: str = ""
    must: bool = False


def look(written: str) -> tuple[Found, ...]:
    """All there is to say, what must be mended first."""
    found = [*_blocking(written), *_content(written), *_cost(written)]
    return tuple(found)


def asks_twice(found: tuple[Found, ...]) -> bool:
    """True when the adviser is asked before it goes: what costs a little more is only told."""
    return any(each.must or each.name in ("link", "account") for each in found)


def _blocking(written: str) -> Iterator[Found]:
    for place in dict.fromkeys(_PLACE.findall(written)):
        yield Found("empty_place", place, must=True)
    if mask_cpr(downgrade(written))[1]:
        yield Found("cpr", must=True)


def _content(written: str) -> Iterator[Found]:
    if link := _LINK.search(written):
        yield Found("link", link[0][:40])
    without_cpr, _ = mask_cpr(written)
    if account := _ACCOUNT.search(without_cpr):
        yield Found("account", account[0][:40].strip())


def _cost(written: str) -> Iterator[Found]:
    """The first sign that makes each part shorter; else those that were put in the signs of an SMS."""
    ready = downgrade(written).strip()
    odd = list(dict.fromkeys(sign for sign in ready if not is_gsm7(sign)))
    if odd:
        plain = "".join(sign for sign in ready if is_gsm7(sign)).strip()
        dear, cheap = segments(ready), segments(plain)
        yield Found("odd_sign", " ".join(odd[:3]), f"{max(cheap, 1)}/{dear}" if dear > max(cheap, 1) else "")
    for sign in dict.fromkeys(sign for sign in written.strip() if downgrade(sign) not in (sign, "", " ")):
        yield Found("changed_sign", sign, downgrade(sign))
