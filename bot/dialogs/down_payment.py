"""Reading a plan that begins with a sum at once ("1.000 nu og 500 om måneden"), or that is not paid by the month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.dialogs.readers import instalments
from bot.dialogs.state import Heard

_MONTHLY = (
    r"(?:om måneden|pr\.? ?(?:måned|md)\.?|per måned|/ ?(?:md|måned)|i måneden|hver måned|månedlig\w*"
    r"|(?:a|per|each|every) month|monthly)"
)
_SUM = r"(\d{1,3}(?:[. ]\d{3})+|\d+)(?:,\d\d)?"
_A_MONTH = re.compile(rf"{_SUM}\s*(?:kr\w*\.?|,-|dkk)?\s*{_MONTHLY}", re.IGNORECASE)
_MONTHS_WORDS = re.compile(_MONTHLY, re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(nu|i dag|idag|med det samme|først\w*|til at starte med|i udbetaling|straks"
    r"|now|today|first|upfront|right away)\b",
    re.IGNORECASE,
)
_THE_REST = re.compile(r"\b(resten|derefter|bagefter|herefter|og så|the rest|after that|then)\b", re.IGNORECASE)
_OTHER_RHYTHM = re.compile(
    r"\b(hver (?:14\.?|fjortende|anden) ?(?:dag|uge)\w*|hver uge|om ugen|ugentlig\w*|14-dages"
    r"|hver (?:man|tirs|ons|tors|fre|lør|søn)dag|every (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|every (?:two|other|2) weeks?|every week|a week|weekly|fortnight\w*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Down:
    """A sum before the plan, its day where one was said or meant, and the monthly sum if that was said too."""

    ore: int
    day: date | None
    monthly_ore: int | None


def read_down(heard: Heard, today: date) -> Down | None:
    """Two sums of which one is a month's, or a sum at once and the rest in so many parts; else nothing."""
    sums = [int(value) for value in heard.all("amount") if int(value) > 0]
    text = heard.text
    is_split = heard.all("date") or _AT_ONCE.search(text) or _THE_REST.search(text)
    if len(sums) == 2 and is_split and _MONTHS_WORDS.search(text):
        monthly = _monthly(text, sums)
        if monthly is None:
            return None
        down = sums[1 - monthly]
        return Down(down * 100, _day(heard, today), sums[monthly] * 100)
    if len(sums) == 1 and instalments(heard) and _AT_ONCE.search(text) and _THE_REST.search(text):
        return Down(sums[0] * 100, _day(heard, today), None)
    return None


def is_by_the_month(heard: Heard) -> bool:
    """One sum a month, or so many parts, is a plan, whatever day is named for its beginning."""
    sums = [int(value) for value in heard.all("amount") if int(value) > 0]
    if not sums:
        return "ask_payment_plan" in heard.names and bool(heard.all("instalments"))
    return len(sums) == 1 and _monthly(heard.text, sums) == 0


def has_other_rhythm(heard: Heard) -> bool:
    """By the week or the fortnight: a plan that we cannot write."""
    return bool(_OTHER_RHYTHM.search(heard.text))


def _monthly(text: str, sums: list[int]) -> int | None:
    """Which sum is the month's: the one that stands before the words; else of two, after "now", the second."""
    found = _A_MONTH.search(text)
    said = int(re.sub(r"\D", "", found[1])) if found else None
    if said in sums and sums.count(said) == 1:
        return sums.index(said)
    return 1 if len(sums) == 2 and (_AT_ONCE.search(text) or _THE_REST.search(text)) else None


def _day(heard: Heard, today: date) -> date | None:
    days = [date.fromisoformat(str(value)) for value in heard.all("date")]
    coming = [day for day in days if day >= today]
    return coming[0] if coming else today if _AT_ONCE.search(heard.text) else None
