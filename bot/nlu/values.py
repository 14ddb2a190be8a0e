"""The values said in a text: amounts, dates, times, instalments, children, phone numbers. Pure.

What is only a name (house, account, case) goes first, sums go last: by then every other number has been taken out, and
no character is read twice. CPR numbers are masked before anything comes here.
"""

from __future__ import annotations

import re
from datetime import date

from bot.dialogs.state import Value
from bot.nlu import amounts, children, counts, dates, foreign_days, identifiers, phones, times
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words
from bot.nlu.reading import Reading
from bot.nlu.spelling import spelt

#: Folding would make "11/2" of "1½".
_HALF = re.compile(r"(?<=\d) ?½|(?<=\d) 1/2(?= ?(?:tus|t\.?kr|k\b|år|aar|uge|md|måned))")
_DIGIT = re.compile(r"\d")
_HALF_ALONE = re.compile(r"½")


def read_values(text: str, today: date) -> tuple[Value, ...]:
    """Every value in the text, in the order said; days are counted from ``today``, the day the SMS came."""
    return read(text, today).values


def read(text: str, today: date) -> Reading:
    """The same, with what was read where."""
    halves = _HALF_ALONE.sub("0,5", _HALF.sub(",5", text))
    reading = Reading(digits_for_words(spelt(fold(halves))))
    has_digits = _DIGIT.search(reading.text) is not None
    if has_digits:
        identifiers.read(reading)
        phones.read(reading)
    children.read(reading)
    times.read_clock(reading)
    dates.read(reading, today)
    foreign_days.read(reading, today)
    times.read_parts(reading)
    counts.read(reading)
    if has_digits:
        amounts.read(reading)
    return reading
