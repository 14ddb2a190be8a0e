"""How money, days, times and numbers are written in an SMS, in the languages we have."""

from __future__ import annotations

import re
from datetime import date

from bot.dialogs.languages import RIGHT_TO_LEFT, SHORT, day_words

DANISH = "da"
_WEEKDAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "da": (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_PARTS_OF_DAY = {
    "da": {
        "morning": "om morgenen",
        "forenoon": "om formiddagen",
        "afternoon": "om eftermiddagen",
        "evening": "om aftenen",
    },
    "en": {
        "morning": "in the morning",
        "forenoon": "before noon",
        "afternoon": "in the afternoon",
        "evening": "in the evening",
    },
}
_SOON = {"i dag": "today", "i morgen": "tomorrow", "næste hverdag": "the next working day", "kl.": "at"}


def somebody(name: str, language: str = DANISH) -> str:
    """The adviser's name, or that it is an adviser where the organisation has named none."""
    return name or {"en": "an adviser"}.get(language, "en rådgiver")


def kroner(ore: int, language: str = DANISH) -> str:
    """Money as Danes write it: "8.450,50 kr.", "1.000 kr."."""
    whole, rest = divmod(ore, 100)
    text = f"{whole:,}.{rest:02}" if rest else f"{whole:,}"
    return (text if language == "en" else text.translate(str.maketrans(",.", ".,"))) + " kr."


def long_day(day: str, language: str = DANISH) -> str:
    """A day with its weekday: "torsdag d. 3. december"."""
    when = date.fromisoformat(day)
    weekday = _WEEKDAYS[language][when.weekday()]
    return f"{weekday} {when.day} {_month(when, language)}" if language == "en" else f"{weekday} {short_day(day)}"


def short_day(day: str, language: str = DANISH) -> str:
    """A day without its weekday: "d. 1. januar"."""
    when = date.fromisoformat(day)
    return f"{when.day} {_month(when, language)}" if language == "en" else f"d. {when.day}. {_month(when, language)}"


def _month(when: date, language: str) -> str:
    return _MONTHS[language][when.month - 1]


def clock(value: str, language: str) -> str:
    """A time that stands after a day, with its space; nothing when none was said."""
    if not value:
        return ""
    if value in _PARTS_OF_DAY[language]:
        return f" {_PARTS_OF_DAY[language][value]}"
    hour = value.removesuffix(":00")
    return f" at {value}" if language == "en" else f" kl. {hour.lstrip('0') or '0'}"


def soon(value: str, language: str) -> str:
    """When a human answers; the shell says it in Danish."""
    if language == DANISH:
        return value
    if language in SHORT:
        return _soon_in_short(value, language)
    words = _SOON | dict(zip([*_WEEKDAYS["da"], *_MONTHS["da"]], [*_WEEKDAYS["en"], *_MONTHS["en"]], strict=True))
    for danish, english in words.items():
        value = value.replace(danish, english)
    value = re.sub(r"at (\d+)(?:[.:](\d\d))?$", lambda time: f"at {time[1]}:{time[2] or '00'}", value)
    return re.sub(r"d\. (\d+)\.", r"\1", value)


def _soon_in_short(value: str, language: str) -> str:
    """A day in words and the rest in figures, for texts that put it after a colon: "pazartesi 23/12 15:00"."""
    day, *rest = re.split(r" (?=d\.|kl\.)", value)
    return " ".join([day_words(language).get(day, day), *map(_in_figures, rest)])


def _in_figures(part: str) -> str:
    """ "d. 23. december" as "23/12", "kl. 15" as "15:00"."""
    kind, first, *second = re.split(r"[ .:]+", part.strip("."))
    if kind == "d":
        return f"{first}/{_MONTHS[DANISH].index(second[0]) + 1}"
    return f"{first}:{second[0] if second else '00'}"


def phone(value: str, language: str) -> str:
    """A Danish number in pairs, but for where pairs would be shown in the wrong order."""
    digits = re.sub(r"\D", "", value.removeprefix("+45"))
    if len(digits) != 8:
        return value
    return digits if language in RIGHT_TO_LEFT else re.sub(r"(\d\d)(?=\d)", r"\1 ", digits)


def day_of_month(value: int, language: str) -> str:
    """The number of a day: "30", in English "30th"."""
    if language != "en":
        return str(value)
    tens, ones = divmod(value, 10)
    return f"{value}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"


def plain(value: object, _language: str) -> str:
    """A name or a count, as it is."""
    return str(value)


def name_after_greeting(value: str, _language: str) -> str:
    """The first name with the space before it; nothing when it is not known."""
    return f" {value}" if value else ""
