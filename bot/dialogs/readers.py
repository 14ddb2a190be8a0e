"""Reading the answer to an open question: what the classifier found, and what a bare "2", "ja" or "14/3" says.

Every reader gives None when the message holds no such answer; none of them guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.dialogs.birthdays import in_digits, months_first
from bot.dialogs.flow import Scene, Way
from bot.dialogs.state import Heard

YES = frozenset({"ja", "jo", "jep", "jaja", "ok", "okay", "gerne", "yes", "yep", "sure"})
NO = frozenset({"nej", "nope", "næ", "nah", "no"})
DONT_KNOW = re.compile(r"\b(ved (jeg )?(det )?(ik|ikk|ikke)\b|måske|don'?t know|not sure)", re.IGNORECASE)
MONTHS = (
    ("januar", "jan", "january"),
    ("februar", "feb", "february"),
    ("marts", "mar", "march"),
    ("april", "apr"),
    ("maj", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "okt", "october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_CHOICE = re.compile(r"^\W*(?:nr|nummer|svar|punkt|mulighed|number|option)?\W*([1-9])\W*(?:tak)?\W*$", re.IGNORECASE)
#: Where the question itself names its choices by number, a word is a number too.
_IN_WORDS = (
    ("et", "ét", "en", "én", "one", "første", "first"),
    ("to", "two", "anden", "andet", "second"),
    ("tre", "three", "tredje", "third"),
)
_LAST = frozenset({"sidste", "nederste", "last"})
_CHOICE_WORD = re.compile(
    r"^\W*(?:(?:nr|nummer|number|svar|punkt|mulighed|option|den|det|the)\W+)*(\w+)(?:\W+(?:mulighed|one|tak|please))*\W*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^\D{0,12}?(\d{1,3}(?:[. ]\d{3})+|\d{1,7})(?:,(\d{2}))?\s*(?:kr\w*|dkk|,-)?\D{0,3}$", re.IGNORECASE
)
_TIMES = re.compile(r"\b(\d{1,2})\s*(?:måneder|måned|mdr|md|gange|rater|afdrag|months)\b", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:\s*[./\- ]\s*|\.? i )(\d{1,2})(?!\d)")
_DAY_NAME = re.compile(r"(?<!\d)(\d{1,2})\.?\s*(?:i\s+)?([a-zæøå]{3,})", re.IGNORECASE)
_DIGITS = re.compile(r"(?<!\d)(\d{2})(\d{2})(?:\d{2}|\d{4})?(?!\d)")
_MONTH_TO_BEGIN = re.compile(
    r"\b(?:fra|starte?r?|begynde?r?|første gang|from|start(?:ing)?|begin)\s+"
    r"(?:(?:først|med|at betale|i|in)\s+)*(?:måned(?:en)?\s+)?([a-zæøå]{3,})"
)
_HOUSE = re.compile(r"(?<!\d)0*(\d{1,4})\s*([a-zæøå](?![a-zæøå]))?", re.IGNORECASE)


def yes_or_no(heard: Heard) -> str | None:
    """ "yes" or "no", when it is one of the two."""
    words = set(re.findall(r"\w+", heard.text.lower())[:2])
    yes = "affirm" in heard.names or bool(words & YES)
    no = "deny" in heard.names or bool(words & NO)
    return None if yes == no else "yes" if yes else "no"


def is_plain_yes(heard: Heard) -> bool:
    """A yes in so many words; an "ok" or "fint" may be no more than a nod."""
    words = re.findall(r"\w+", heard.text.lower())[:1]
    return bool(set(words) & (YES - {"ok", "okay"} | {"start"}))


def choice(heard: Heard, ways: Sequence[str]) -> str | None:
    """Which of the numbered choices was named."""
    found = _CHOICE.match(heard.text)
    number = int(found[1]) if found else 0
    return ways[number - 1] if 1 <= number <= len(ways) else None


def _choice_in_words(heard: Heard, ways: Sequence[str]) -> str | None:
    """ "Den første", "nummer to"."""
    found = _CHOICE_WORD.match(heard.text)
    word = found[1].lower() if found else ""
    if ways and word in _LAST:
        return ways[-1]
    return next((way for way, words in zip(ways, _IN_WORDS, strict=False) if word in words), None)


def choose(*ways: str) -> Callable[[Scene], Way | None]:
    """A reader for a question with numbered choices."""

    def reads(scene: Scene) -> Way | None:
        found = choice(scene.heard, ways) or _choice_in_words(scene.heard, ways)
        return Way(found) if found else None

    return reads


def agree(*ways: str) -> Callable[[Scene], Way | None]:
    """A reader for a yes or no; ``ways`` are the numbered choices of the question in other words."""

    def reads(scene: Scene) -> Way | None:
        found = choice(scene.heard, ways) or yes_or_no(scene.heard)
        return Way(found) if found else None

    return reads


def amount_ore(heard: Heard) -> int | None:
    """The first sum that was said, in øre; a message that is only a number is a sum too."""
    said = [int(value) for value in heard.all("amount") if int(value) > 0]
    if said:
        return said[0] * 100
    found = None if heard.all("instalments") or heard.all("date") else _NUMBER.match(heard.text.strip())
    if not found:
        return None
    return int(re.sub(r"\D", "", found[1])) * 100 + int(found[2] or 0) or None


def instalments(heard: Heard) -> int | None:
    """In how many parts the resident wants to pay."""
    said = [int(value) for value in heard.all("instalments")] or [int(n) for n in _TIMES.findall(heard.text)]
    return said[0] if said and said[0] > 0 else None


def days(heard: Heard, today: date) -> tuple[date, ...]:
    """The days said that are not gone."""
    found = (date.fromisoformat(str(value)) for value in heard.all("date"))
    return tuple(day for day in found if day >= today)


def first_of_named_month(text: str, today: date) -> date | None:
    """ "Fra januar", "starte i februar": the first of that month to come, where no day of it was said."""
    found = _MONTH_TO_BEGIN.search(text.lower())
    month = _month(found[1]) if found else 0
    return date(today.year + (month <= today.month), month, 1) if month else None


def birth_day(heard: Heard) -> str | None:
    """A day and a month as "14-03", however it is written; a year is not looked at."""
    text = in_digits(heard.text)
    pairs = [pair for pattern in (_DAY_MONTH, _DAY_NAME, _DIGITS) for pair in pattern.findall(text)]
    for first, second in (*pairs, *months_first(text)):
        month = int(second) if second.isdigit() else _month(second)
        if 1 <= int(first) <= 31 and 1 <= month <= 12:
            return f"{int(first):02}-{month:02}"
    said = heard.all("date")
    return date.fromisoformat(str(said[0])).strftime("%d-%m") if said else None


def house_number(text: str) -> str | None:
    """A house number with its letter as "12B"; floor and side after it are not looked at."""
    found = _HOUSE.search(text)
    return f"{int(found[1])}{(found[2] or '').upper()}" if found else None


def is_bare(text: str) -> bool:
    """Nothing but a number, a day or a yes or no: there is no second topic in it to look for."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    plain = YES | NO | {"kr", "kroner", "d", "den", "tak", "nr", "svar"}
    return all(word in plain or _month(word) for word in words)


def _month(word: str) -> int:
    return next((number for number, spellings in enumerate(MONTHS, 1) if word in spellings), 0)
