"""Sums of money in a text, in whole kroner. Read last: every other number has been taken out by then. Pure.

A number with "kr", ",-" or the like is a sum; a bare one from 100 on is, unless it counts or numbers something else.
"""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_NUMBER = r"(?P<number>\d{1,3}(?:[. ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)"
_MARK = r"(?: ?(?:kroner|kr\.?|dkk|danske kr|,-+|\.-|,=|kr,-))(?!\w)"
_MARKED = re.compile(rf"(?<![\w.,]){_NUMBER}{_MARK}")
_MARK_FIRST = re.compile(rf"(?<!\w)(?:kr\.?|dkk) ?{_NUMBER}(?![\d%])")
_A_MONTH = re.compile(
    rf"(?<![\w.,]){_NUMBER}(?= ?(?:,-)? ?(?:om|i|pr\.?|per|hver|a|every|each|/) ?(?:maaneden|"
    rf"maaned|md|mdr|ugen|uge|14\.? dag|month|week|gang))"
)
_PAYING = re.compile(
    r"(?<!\w)(?:betale?r?|betalt|give|overfoere?r?|overfoert|sende?r?|sendt|afdrage?r?|klare?|"
    r"undvaere|smide?r?|indbetalt|skylder|pay|paid|afsted med|raad til)"
    rf"(?: (?:kun|ca\.?|cirka|max|maks|hoejst|omkring|mindst|op til|maaske|godt|jer|dig|de|af|"
    rf"med|paa|you|nu|foerst|\x00+)){{0,3}} {_NUMBER}(?![\d%/]| ?(?:pct|procent))"
)
_BARE = re.compile(rf"(?<![\w.,/§%-])(?<!\w[.:]){_NUMBER}(?![\w%/]|[.,:]\d|-\d)")
_RANGE = re.compile(
    rf"(?<![\w.,]){_NUMBER} ?(?:-|til|eller) ?(?P<second>\d{{1,3}}(?:\.\d{{3}})+|\d{{2,6}})(?: ?kr\.?| ?,-)(?!\w)"
)
_COUNTED = re.compile(
    r" ?(?:%|boern|barn|dage?|uger?|maaned|md|mdr|aar|timer?|minut|min\b|gange?|rater|afdrag|"
    r"procent|pct|m2|kvm|kvadrat|stk|sms|km|grader|"
    r"personer|vaerelse|sal\b|etage|tv\b|th\b|mf\b|mennesker|beboere|kilo|kg|people|days|weeks|months|years|cifre)"
)
_NUMBERED = re.compile(
    r"(?:nr\.?|nummer|lejlighed|lejemaal|lejl\.?|sag|sagsnr\.?|kode|koden|post|bolig|blok|"
    r"opgang|sal|§|paragraf|stk\.?|side|aar|aaret|siden|"
    r"vejen|vej|gade|gaden|alle|vaenget|parken|torvet|konto|reg\.?|kontonr\.?|afd\.?|afdeling|"
    r"ring(?:e|er)?(?: til)?|kanal|bus|linje|i)[ :]*$"
)
#: Bare, these are years.
_YEARS = range(2020, 2036)
_SMALLEST_BARE = 100
_SMALLEST_ALONE = 50
_LARGEST = 9_999_999


def read(reading: Reading) -> None:
    """Take every sum out."""
    reading.take(_RANGE, lambda m: [*_sum(m["number"]), *_sum(m["second"])])
    for pattern in (_MARKED, _MARK_FIRST, _A_MONTH):
        reading.take(pattern, lambda m: _sum(m["number"]))
    reading.take(_PAYING, _paid)
    alone = reading.text.strip(" .!?\n").isdecimal()
    reading.take(_BARE, lambda m: _bare(m, _SMALLEST_ALONE if alone else _SMALLEST_BARE))


def _sum(number: str) -> list[Value]:
    kroner = _kroner(number)
    return [Value("amount", kroner)] if 0 < kroner <= _LARGEST else []


def _kroner(number: str) -> int:
    """Whole kroner; the øre are dropped. Both "2.500,50" and "2,500.50" are 2500."""
    digits = re.sub(r"[.,]\d{1,2}$", "", number)
    return int(re.sub(r"\D", "", digits))


def _paid(match: re.Match[str]) -> list[Value] | None:
    if _COUNTED.match(match.string[match.end() :]) or _kroner(match["number"]) < 10:
        return None
    return _sum(match["number"])


def _bare(match: re.Match[str], smallest: int) -> list[Value] | None:
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _COUNTED.match(after) or _NUMBERED.search(before[-20:]):
        return None
    kroner = _kroner(match["number"])
    if kroner < smallest or (kroner in _YEARS and before.strip()):
        return None
    return _sum(match["number"])
