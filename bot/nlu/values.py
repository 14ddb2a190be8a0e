"""The values said in a text: amounts, dates, times, instalments, children, phone numbers. Pure.

Dates are taken out before amounts, and no character is read twice. CPR numbers are masked before anything comes here.
"""

from __future__ import annotations

from datetime import date

from bot.dialogs.state import Value
from bot.nlu import amounts, counts, dates, phones, times
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words
from bot.nlu.reading import Reading


def read_values(text: str, today: date) -> tuple[Value, ...]:
    """Every value in the text, in the order said; days are counted from ``today``, the day the SMS came."""
    reading = Reading(digits_for_words(fold(text)))
    phones.read(reading)
    times.read_clock(reading)
    dates.read(reading, today)
    times.read_parts(reading)
    counts.read(reading)
    amounts.read(reading)
    return reading.values
