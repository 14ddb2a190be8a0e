"""What was told, as an adviser reads it: "dagpenge, 12.000 kr.", "om formiddagen", "i går"."""

from __future__ import annotations

from datetime import date

from bot.dialogs.state import Slot
from handoff.formats import day, kroner
from handoff.wording import knows, word

#: Facts that are whole kroner.
_MONEY = ("income", "can_pay", "paid_amount", "rent", "boligstoette_estimate")


def fact_words(name: str, value: Slot, today: date) -> str:
    """The value of one fact."""
    if value is True and knows("fact_words", name):
        return word("fact_words", name)
    if isinstance(value, bool):
        return word("words", "yes" if value else "no")
    if name == "language":
        return word("languages", str(value))
    if isinstance(value, int) and name.startswith(_MONEY):
        return kroner(value * 100)
    if name == "best_time":
        return _time_words(str(value), today)
    if name.endswith("_date"):
        return _day_or_text(str(value), today)
    return word("parts_of_day", str(value)) if knows("parts_of_day", str(value)) else str(value)


def _time_words(text: str, today: date) -> str:
    """A part of the day, a time or a day."""
    if knows("parts_of_day", text):
        return word("parts_of_day", text)
    if ":" in text:
        return f"kl. {text.replace(':', '.').removeprefix('0')}"
    return _day_or_text(text, today)


def _day_or_text(text: str, today: date) -> str:
    try:
        return day(date.fromisoformat(text), today)
    except ValueError:
        return text
