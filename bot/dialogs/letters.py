"""Whether a letter has come, from whom and on which day, read from one answer. A letter's day is never to come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from bot.dialogs.readers import yes_or_no
from bot.dialogs.state import Heard
from bot.nlu.folding import fold

#: Where it comes to an eviction: only a human speaks of that.
COURT = "fogedretten"
#: Who writes to a resident who is behind, in the words that an adviser reads.
_SENDERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        COURT: re.compile(r"(?<!\w)(?:foged\w*|byretten|retten|bailiff\w*|court)(?!\w)"),
        "advokat": re.compile(r"(?<!\w)(?:advokat\w*|sagfoerer\w*|lawyer|solicitor|attorney)(?!\w)"),
        "inkasso": re.compile(r"(?<!\w)(?:inkasso\w*|debt collect\w*)(?!\w)"),
        "kommunen": re.compile(r"(?<!\w)(?:kommune\w*|jobcenter\w*|borgerservice|municipality)(?!\w)"),
        "udlejer": re.compile(
            r"(?<!\w)(?:bolig(?!stoette)\w*|udlejer\w*|jer|administration\w*|landlord|housing \w+|you)(?!\w)"
        ),
    }
)
_UNOPENED = re.compile(
    r"(?<!\w)(?:ikke aabnet|uaabne\w*|(?:toer|turde|tor) ikke (?:at )?(?:aabne|laese)|bunke|not opened|unopened)(?!\w)"
)
_LETTER = re.compile(rf"{_UNOPENED.pattern}|(?<!\w)(?:\w*brev(?:e|et)?|rykker\w*|paakrav\w*|letters?|reminder)(?!\w)")
_NONE = re.compile(
    r"(?<!\w)(?:ingen(?: breve?| post)?|ikke (?:faaet|set)|intet|har ikke|no letters?|none|nothing)(?!\w)"
)
_WEEKDAY = re.compile(
    r"(?<!\w)(?:man|tirs|ons|tors|fre|loer|soen)dag|(?<!\w)(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
_MONTH = re.compile(
    r"(?<!\w)(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)\w*|\d{1,2} ?[./-] ?\d{1,2}(?!\d)"
)


def sender(heard: Heard) -> str | None:
    """Who the letter is from; the one with most weight, where several are named."""
    text = fold(heard.text)
    return next((name for name, words in _SENDERS.items() if words.search(text)), None)


def has_come(heard: Heard) -> bool | None:
    """Whether there is a letter: a yes or a no, a sender, or a day it came."""
    text = fold(heard.text)
    answered = yes_or_no(heard)
    if answered == "no" or (_NONE.search(text) and not _UNOPENED.search(text)):
        return False
    dated = heard.all("date") and not heard.all("amount")  # a sum on a day is a payment
    return True if answered == "yes" or _LETTER.search(text) or sender(heard) or dated else None


def letter_day(heard: Heard, today: date) -> date | None:
    """The day it came. "Mandag" and "den 3." are read as days to come; of a letter they are the last such."""
    days = [date.fromisoformat(str(value)) for value in heard.all("date")]
    return _last_such(days[0], fold(heard.text), today) if days else None


def _last_such(day: date, text: str, today: date) -> date | None:
    if day <= today:
        return day
    if _MONTH.search(text):
        return _same_day(day, day.year - 1, day.month)
    if _WEEKDAY.search(text):
        return day - timedelta(days=7)
    return _same_day(day, day.year - (day.month == 1), day.month - 1 or 12)


def _same_day(day: date, year: int, month: int) -> date | None:
    """The day in another month; none where it has no such day."""
    try:
        return date(year, month, day.day)
    except ValueError:
        return None
