"""Danish numbers written as words, turned into digits: "fem tusind" 5000, "halvanden tusind" 1500, "2,5k" 2500. Pure.

Reads folded text. "en" and "et" stay words unless a scale follows; "tusind tak" is no number.
"""

from __future__ import annotations

import re
from decimal import Decimal

from text_to_num import text2num

_UNITS = "en|et|to|tre|fire|fem|seks|syv|otte|ni"
_TEENS = "ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten"
_TENS = "tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems"
_SMALL = f"(?:(?:{_UNITS})og)?(?:{_TENS})|{_TEENS}|{_UNITS}"
_TOKEN = rf"(?:(?:{_SMALL})?tusinde?)?(?:(?:{_SMALL})?hundrede?)?(?:og)?(?:{_SMALL})?"
_RUN = re.compile(rf"(?<![\w'])(?!og\b)(?=[a-z])(?:{_TOKEN})(?:(?: og)? (?=[a-z])(?:{_TOKEN})(?!\w))*(?![\w'])")
_SCALES = {"hundrede": 100, "hundred": 100}
_THOUSAND = r"(?:tusinde?|tusen|tus|tudser?|tusser|lap(?:per)?|t\.? ?kr|k)"
_SCALED = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:[.,]\d{{1,2}})?) ?({_THOUSAND}|hundrede?)(?![\w])(?! ?tak\b)")
_AND_A_HALF = re.compile(rf"(?<!\w)(\w+) (?:og )?e[nt] halvt? ?(?:{_THOUSAND})(?!\w)")
_ONE_AND_A_HALF = re.compile(r"(?<!\w)halvande[nt] ?(hundrede?|tusinde?|tus|k)(?!\w)")
_HALF_THOUSAND = re.compile(r"(?<!\w)(?:et )?halvt? tusinde?(?!\w)")
_NOTES = (
    (re.compile(r"(?<!\w)(?:en |et )?(?:tusindlap|tudse|tusse)(?!\w)"), "1000"),
    (re.compile(r"(?<!\w)(?:en )?(?:femhundredelap|femhund|plov)(?!\w)"), "500"),
    (re.compile(r"(?<!\w)(?:en )?(?:hundredelap|hundredkroneseddel)(?!\w)"), "100"),
    (re.compile(r"(?<!\w)(?:en )?(?:halvtredser)(?!\w)"), "50"),
)
_VAGUE = re.compile(r"(?<!\w)(?:et par|nogle|flere|mange|hundrede?|tusinde?) (?:hundrede?r?|tusinde?r?)(?!\w)")
_COURTESY = re.compile(r"(?<!\w)tusinde?r? (?:tak|gange)(?!\w)")


def digits_for_words(folded: str) -> str:
    """The folded text with every number as digits."""
    text = _COURTESY.sub("tak", _VAGUE.sub("nogle", folded))
    for pattern, digits in _NOTES:
        text = pattern.sub(digits, text)
    text = _AND_A_HALF.sub(_and_a_half, text)
    text = _ONE_AND_A_HALF.sub(lambda m: "150" if m[1].startswith("hund") else "1500", text)
    text = _HALF_THOUSAND.sub("500", text)
    return _RUN.sub(_run, _SCALED.sub(_scaled, text))


def _and_a_half(match: re.Match[str]) -> str:
    whole = match[1] if match[1].isdecimal() else _value(match[1])
    return match[0] if whole is None or len(whole) > 3 else str(int(whole) * 1000 + 500)


def _scaled(match: re.Match[str]) -> str:
    scale = _SCALES.get(match[2], 1000)
    return str(int(Decimal(match[1].replace(",", ".")) * scale))


def _run(match: re.Match[str]) -> str:
    whole = _value(match[0])
    return whole if whole is not None else " ".join(_value(word) or word for word in match[0].split(" "))


def _value(words: str) -> str | None:
    """The number that the words say, as digits; None when they say none by themselves."""
    if not words or words in {"en", "et", "og"}:
        return None
    try:
        return str(text2num(words, "da"))
    except ValueError:
        return None
