"""In how many instalments something is to be paid: "i 4 rater", "over et halvt år", "3 x 1000". Pure.

A number of months counts only where it is told how to pay; how long somebody was ill, waited or paid nothing does not.
"""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_MONTHS = r"(?:maaneders|maaneder(?:ne)?|maaned|mdr\.?|md\.?|months?|mnd|miesi\w+|ay|luni|bilood|мес\w+|міс\w+)"
_N = r"(?P<n>\d{1,2})"
_SOME = r"(?:de (?:naeste|kommende|foelgende) |the next |ca\.? |cirka |f\.?eks\.? |max |fx )?"
_PARTS = (
    r"(?:lige store |maanedlige |monthly |smaa |equal )?(?:rater|rate|afdrag|instal+ments?|instal+ment|dele|portioner|"
    r"omgange|payments|parts|bidder|raty?|ratach|ratami|taksit\w*|част\w+|قسط|اقساط|دفعات|betalinger)"
)
_SPREAD = re.compile(
    rf"(?<!\w)(?:over|fordel\w* (?:det )?(?:ud )?(?:paa|over)|delt? (?:det )?(?:op |ud )?(?:i|paa|over)|"
    rf"spread (?:it )?over|"
    rf"across) {_SOME}{_N} ?{_MONTHS}(?!\w)(?! siden)"
)
_COUNTED = (
    re.compile(rf"(?<![\w.,]){_N} ?{_PARTS}(?!\w)"),
    re.compile(rf"(?<!\w)(?:paa|over|af|i|ad) {_N} (?:gange?|portioner)(?!\w)"),
    re.compile(rf"(?<!\w)(?:dele?|delt|deles|splitte?|split|opdelt|opdele) (?:\w+ ){{0,3}}?(?:op |ud )?(?:i|paa|over|"
        rf"in|into)"
               rf" {_N}(?! ?(?:kr|dage|uger))(?!\w)"),
    re.compile(rf"(?<![\w.,]){_N} ?(?:x|\*|gange?|times)(?: ?(?:a|af|paa|med|of|kr\.?))? ?(?=\d[\d.])"),
    re.compile(rf"(?<!\w)(?:afdragsordning|afdragsaftale|betalingsplan|plan)(?: (?:paa|over|"
        rf"af))? {_N} ?{_MONTHS}(?!\w)"),
    re.compile(rf"(?<![\w.,]){_N} ?{_MONTHS} (?:a|af|med) (?=\d\d)"),
    re.compile(rf"(?<=[\dr.-]) ?(?:x|\*|gange) ?{_N}(?![\w.,])"),
)  # fmt: skip
_FOR_MONTHS = re.compile(
    rf"(?<!\w)(?:i|for|de naeste|de kommende|the next|next|paa) {_SOME}{_N} ?{_MONTHS}(?!\w)(?! siden| ago)"
)
_YEAR = (
    r"(?:(?P<whole>et|1|a|one|2|3)(?: helt)?|(?P<half>(?:et )?halvt|0,5|half a)|(?P<more>halvandet|1,5)) (?:aars?|year)"
)
_SPREAD_YEAR = re.compile(rf"(?<!\w)(?:over|fordelt (?:paa|over)) {_YEAR}(?!\w)")
_FOR_YEAR = re.compile(rf"(?<!\w)(?:i|for|paa) {_YEAR}(?!\w)(?! siden| ago)")
_QUARTER = re.compile(r"(?<!\w)(?:over|fordelt paa|paa) (?:et|1) kvartal(?!\w)")
_CLAUSE = re.compile(r"[!?;\n]|[.,] |\.$| men | but ")
#: Before a span of months: it tells how long something has lasted, or when nothing is paid.
_LASTED = re.compile(
    r"(?<!\w)(?:har (?!raad)\w+(?: \w+)?|i|ventet|gaaet|mere end|syg|sygemeldt|ledig|varet|boet|arbejdet|ikke|ik|not|"
    r"never|been|"
    r"havent|haven't|udsaettelse|henstand|pause|pauset|udsat|bagud|i snart|skylder|mangler|barsel|vaeret|vente|vent|"
    r"no) (?:\w+ )?$"
)
_PAYS = re.compile(
    r"(?<!\w)(?:betale?r?|betalinger|afdrage?r?|afdrag\w*|afvikle?r?|give|giver|dele?|del|lidt|rater?|pay|pays|paying|"
    r"kr|hver|maaneden|md|mdr|per month|overfoere?r?|undvaere|klare)(?!\w)|\d{3}|,-|\d ?kr"
)
_PAID = re.compile(r"(?<!\w)(?:betalt|paid)(?!\w)")


def read(reading: Reading) -> None:
    """Take the instalments out."""
    reading.take(_SPREAD, lambda m: None if _lasted(m) else _instalments(int(m["n"])))
    reading.take(_SPREAD_YEAR, lambda m: None if _lasted(m) else _instalments(_months(m)))
    reading.take(_QUARTER, lambda m: _instalments(3))
    for pattern in _COUNTED:
        reading.take(pattern, _counted)
    reading.take(_FOR_MONTHS, lambda m: _instalments(int(m["n"])) if _pays(m) else None)
    reading.take(_FOR_YEAR, lambda m: _instalments(_months(m)) if _pays(m) else None)


def _counted(match: re.Match[str]) -> list[Value] | None:
    before = match.string[: match.start()]
    return (
        None
        if re.search(r"(?:ringet|skrevet|proevet|called|rykket|mangler) (?:jer |dig )?$", before)
        else _instalments(int(match["n"]))
    )


def _instalments(n: int) -> list[Value] | None:
    return [Value("instalments", n)] if n > 0 else None


def _months(match: re.Match[str]) -> int:
    if match["half"]:
        return 6
    return 18 if match["more"] else 12 * (int(match["whole"]) if match["whole"].isdecimal() else 1)


def _lasted(match: re.Match[str]) -> bool:
    return bool(_LASTED.search(_clause_before(match)))


def _clause_before(match: re.Match[str]) -> str:
    return _CLAUSE.split(match.string[max(0, match.start() - 60) : match.start()])[-1]


def _pays(match: re.Match[str]) -> bool:
    """Whether the clause tells of paying so long, and not of what has been or of not paying."""
    before = _clause_before(match)
    after = _CLAUSE.split(match.string[match.end() : match.end() + 40])[0]
    return bool(_PAYS.search(before) or _PAYS.search(after)) and not _lasted(match) and not _PAID.search(before)
