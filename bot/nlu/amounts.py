"""Sums of money in a text, in whole kroner. Read last: every other number has been taken out by then. Pure.

A number with "kr", ",-" or the like is a sum; a bare one from 100 on is, unless it counts or numbers something else.
"""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_NUMBER = r"(?P<number>\d{1,3}(?:[. ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)"
_CROWNS = r"(?:kroner|kronor|krone|kr\.?|dkk|koron\w*|крон\w*|kron|كرون\w*|كرونه|کرون\w*|kroon)"
_MARK = rf"(?: ?(?:,- ?)?(?:{_CROWNS}|danske kr|[.,;]{{1,2}}[-=]+|-{{2}})(?:[.,]?-)?)(?!\w)"
_START = r"(?<![\w.,])"
_MARKED = re.compile(rf"{_START}{_NUMBER}{_MARK}")
_GLUED = re.compile(rf"{_START}{_NUMBER} ?kr(?=(?:d|om|pr|hver|nu|i|paa)(?!\w)|\d{{1,2}}[./])")
_MARK_FIRST = re.compile(rf"(?<!\w)(?:kr\.?|dkk) ?{_NUMBER}(?![\d%])")
_A_MONTH = re.compile(
    rf"{_START}{_NUMBER}(?= ?(?:,-)? ?(?:(?:om|i|pr\.?|per|hver|a|every|each|/|the|en) ?)(?:eneste )?(?:maaneden|"
    rf"maaned|md|mdr|ugen|"
    r"uge|14\.? dag|month|week|gang))"
)
_FILLER = (
    r"(?: (?:kun|ca\.?|cirka|max|maks|hoejst|omkring|mindst|op til|maaske|godt|jer|dig|de|af|med|paa|you|nu|foerst|"
    r"lige|"
    r"about|only|i alt|the|mig|her|stadig|altid|\x00+)){0,3}"
)
_PAYING = re.compile(
    r"(?<!\w)(?:betale?r?|betal|betalt|give|giver|overfoere?r?|overfoert|sende?r?|sendt|afdrage?r?|klare?r?|undvaere|"
    r"smide?r?|"
    r"indbetalt|skylder|pay|paid|owe|afsted med|raad til|koster?|kostede|tjener|har kun|mangler|faar|faa|saette?r?|"
    r"afford)"
    rf"{_FILLER} {_NUMBER}(?![\d%/]| ?(?:pct|procent)|[.,:-]\d)"
)
_LEFT = re.compile(rf"{_START}{_NUMBER}(?= (?:tilbage|til mad|til overs|paa (?:min )?konto(?:en)?|left))")
_BARE = re.compile(rf"(?<![\w.,/§%-])(?<!\w[.:]){_NUMBER}(?![\w%/]|[.,:]\d|-\d)")
_GLUED_PER = re.compile(rf"{_START}(?P<number>\d{{3,6}})(?=(?:om|pr|hver|per|nu|paa)(?!\w))")
_RANGE = re.compile(
    rf"(?<![\w.,/-]){_NUMBER} ?(?:-|til|eller|/) ?(?P<second>\d{{1,3}}(?:\.\d{{3}})+|\d{{2,6}})(?!\d|[.,/:-]\d)"
    rf"(?P<mark> ?(?:kr(?:oner)?\.?|,-)(?!\w))?"
)
_COUNTED = re.compile(
    r" ?(?:%|boern|barn|dages?|uger?s?|maaneder|maaned|md|mdr|aar|aarig\w*|timer?|minut\w*|min\b|gange?|rater|afdrag|"
    r"procent|pct|m2|kvm|kvadrat\w*|stk|sms\w*|km|meter|m|grader|personer|vaerelse\w*|sal|etage|tv|th|mf|mennesker|"
    r"beboere|"
    r"kilo|kg|gram|people|days|weeks|months|years|hours|cifre|sider|lejligheder|boliger|point|kwh|kalorier|liter|ml|mg|"
    r"euros?|eur|€|\$|dollars?|usd|pund|£|zl|zloty\w*|sek|nok|lira|tl|lei|ron|svenske|norske|x)(?!\w)"
)
#: So much a month, and not so many months: "500 maaned".
_A_PERIOD = re.compile(r" ?(?:maaneden|maaned|md|mdr|ugen|uge|month|week)(?!\w)")
_NUMBERED = re.compile(
    r"(?:(?<!\w)(?:nr\.?|nummer|no\.?|lejlighed|lejemaal|lejl\.?|sag|sagsnr\.?|kode|koden|post|bolig|blok|opgang|sal|§|"
    r"paragraf|stk\.?|side|aar|aaret|siden|alle|konto|reg\.?|kontonr\.?|afd\.?|afdeling|ring(?:e|er)?(?: til)?|kanal|"
    r"bus|"
    r"linje|linie|artikel|rum|model|iphone|since|foedt|aargang)|(?:vejen|vej|gade|gaden|vaenget|parken|torvet))[ :]*$"
)
#: Bare, these are years; older ones behind a word that says so.
_YEARS = range(2020, 2036)
_OLD_YEARS = range(1900, 2036)
_IN_YEAR = re.compile(
    r"(?<!\w)(?:i|fra|siden|sommeren|vinteren|efteraaret|foraaret|in|from|foedt|til|jan\w*|feb\w*|marts|april|maj|"
    r"juni|juli|aug\w*|"
    r"sep\w*|okt\w*|nov\w*|dec\w*)[ .]*$"
)
_SMALLEST_BARE = 100
_SMALLEST_ALONE = 50
_SMALLEST_PAID = 10
_SMALLEST_LEFT = 10
_LARGEST = 9_999_999


def read(reading: Reading) -> None:
    """Take every sum out."""
    reading.take(_RANGE, _both)
    for pattern in (_MARKED, _GLUED, _MARK_FIRST, _A_MONTH, _GLUED_PER):
        reading.take(pattern, lambda m: _sum(m["number"]))
    reading.take(_PAYING, _paid)
    reading.take(_LEFT, lambda m: _sum(m["number"]) if _kroner(m["number"]) >= _SMALLEST_LEFT else None)
    alone = reading.text.strip(" .!?\n").isdecimal()
    reading.take(_BARE, lambda m: _bare(m, _SMALLEST_ALONE if alone else _SMALLEST_BARE))


def _both(match: re.Match[str]) -> list[Value] | None:
    """ "500-1000 kr" is two sums, and so is "3-4000": what the second has of noughts is meant of the first."""
    first, second = _kroner(match["number"]), _kroner(match["second"])
    short = _shortened(match["number"], match["second"])
    if short:
        first = short
    if first >= second or (not match["mark"] and (first < _SMALLEST_BARE or not _is_money(match))):
        return None
    return [*_sum(str(first)), *_sum(str(second))]


def _shortened(first: str, second: str) -> int | None:
    """ "3" before "4000" is 3000; nothing when the first is whole as it is."""
    digits = second.replace(".", "")
    noughts = len(digits) - len(digits.rstrip("0"))
    if not first.isdecimal() or len(first) > 2 or noughts < 2:
        return None
    whole = int(first) * 10**noughts
    return whole if whole < int(digits) else None


def _is_money(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()], match.string[match.end() :]
    return not (_COUNTED.match(after) and not _A_PERIOD.match(after)) and not _NUMBERED.search(before[-20:])


def _sum(number: str) -> list[Value]:
    kroner = _kroner(number)
    return [Value("amount", kroner)] if 0 < kroner <= _LARGEST else []


def _kroner(number: str) -> int:
    """Whole kroner; the øre are dropped. Both "2.500,50" and "2,500.50" are 2500."""
    digits = re.sub(r"[.,]\d{1,2}$", "", number)
    return int(re.sub(r"\D", "", digits))


def _paid(match: re.Match[str]) -> list[Value] | None:
    after = match.string[match.end() :]
    if (_COUNTED.match(after) and not _per_period(match, after)) or _kroner(match["number"]) < _SMALLEST_PAID:
        return None
    return _sum(match["number"])


def _per_period(match: re.Match[str], after: str) -> bool:
    """ "500 maaned": so much a month."""
    return _kroner(match["number"]) >= _SMALLEST_BARE and bool(_A_PERIOD.match(after))


def _bare(match: re.Match[str], smallest: int) -> list[Value] | None:
    before, after = match.string[: match.start()], match.string[match.end() :]
    if (_COUNTED.match(after) and not _per_period(match, after)) or _NUMBERED.search(before[-20:]):
        return None
    kroner = _kroner(match["number"])
    if kroner < smallest or _is_year(match["number"], before):
        return None
    return _sum(match["number"])


def _is_year(number: str, before: str) -> bool:
    if not number.isdecimal():
        return False
    return (int(number) in _YEARS and bool(before.strip())) or (
        int(number) in _OLD_YEARS and bool(_IN_YEAR.search(before[-14:]))
    )
