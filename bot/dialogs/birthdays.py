"""A birthday however it is written: "fjortende marts", "March 14th", "140385"; and the text without its year. Pure."""

from __future__ import annotations

import re

_DANISH = [
    "foerste|første",
    "anden|andet",
    "tredje|trejde",
    "fjerde",
    "femte",
    "sjette",
    "syvende",
    "ottende",
    "niende",
    "tiende",
    "ellevte|elvte",
    "tolvte",
    "trettende",
    "fjortende",
    "femtende",
    "sekstende|sejstende",
    "syttende",
    "attende",
    "nittende",
    "tyvende",
    "enogtyvende",
    "toogtyvende",
    "treogtyvende",
    "fireogtyvende",
    "femogtyvende",
    "seksogtyvende",
    "syvogtyvende",
    "otteogtyvende",
    "niogtyvende",
    "tredivte|tredivende",
    "enogtredivte|enogtredivende",
]
_TEENS = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_ONES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_ENGLISH = [
    *_ONES,
    *_TEENS,
    "twentieth",
    *(f"twenty[- ]{one}" for one in _ONES),
    "thirtieth",
    "thirty[- ]first",
]
#: The longest first: "twenty-first" is not "first".
_ORDINALS = [
    (re.compile(rf"\b(?:{word})\b"), str(number))
    for number, word in sorted([*enumerate(_DANISH, 1), *enumerate(_ENGLISH, 1)], key=lambda pair: -len(pair[1]))
]
_ENDINGS = re.compile(r"(?<=\d)(?:st|nd|rd|th|\.?(?:te|de|nde|ende))\b")
_OF = re.compile(r"(?<=\d) (?:of|the|dag i|i den)\b")
_MONTH_FIRST = re.compile(r"\b([a-zæøå]{3,9})\.? (?:the |den |d\. ?)?(\d{1,2})(?![\d.])")
_ISO = re.compile(r"\b(?:19|20)\d\d[-./](\d{1,2})[-./](\d{1,2})\b")
_YEARS = (
    re.compile(r"(?<!\d)(\d{4})(?:\d{2}|\d{4})(?!\d)"),
    re.compile(
        r"(?<!\d)(\d{1,2}(?:\s*[./-]\s*\d{1,2}|\s+\d{1,2}|(?:st|nd|rd|th|\.)?\s*(?:of\s+)?[^\W\d_]{3,9}\.?))[\s./,-]+(?:19|20)?\d{2}(?!\d)"
    ),
)


def in_digits(text: str) -> str:
    """The text in small letters with its ordinals as digits, and a year in front at its end."""
    plain = _ISO.sub(r"\2/\1", text.lower())
    for word, number in _ORDINALS:
        plain = word.sub(number, plain)
    return _OF.sub("", _ENDINGS.sub("", plain))


def months_first(text: str) -> list[tuple[str, str]]:
    """Days and months as "March 14" has them, the day first."""
    return [(day, month) for month, day in _MONTH_FIRST.findall(text)]


def without_year(text: str) -> str:
    """What is kept of an answer to the recognition question: the first half of a CPR number is none of our business."""
    for year in _YEARS:
        text = year.sub(r"\1", text)
    return text
