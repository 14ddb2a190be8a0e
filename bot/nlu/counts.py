"""Counts in a text: in how many instalments, and how many children live at home. Pure."""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_MONTHS = r"(?:maaneder(?:ne)?|maaned|mdr\.?|md\.?|months?|mnd)"
_N = r"(?P<n>\d{1,2})"
_UNSAID = r"(?<!\w)(?:har|i|ventet|gaaet|mere end|syg|ledig|varet|boet) over "
_WAITED = re.compile(rf"{_UNSAID}\d{{1,2}} {_MONTHS}(?!\w)")
_INSTALMENTS = (
    re.compile(rf"(?<!\w)(?:over|fordelt (?:ud )?(?:paa|over)|delt (?:op |ud )?(?:i|paa|over)) (?:de naeste "
    rf"|ca\.? )?{_N} ?{_MONTHS}(?!\w)"),
    re.compile(rf"(?<!\w)(?:de naeste|de kommende|next) {_N} ?{_MONTHS}(?!\w)"),
    re.compile(rf"(?<!\w){_N} ?(?:lige store )?(?:rater|afdrag|instal+ments|maanedlige rater|dele|omgange)(?!\w)"),
    re.compile(rf"(?<!\w)(?:paa|over|af|i|ad) {_N} (?:gange|portioner)(?!\w)"),
    re.compile(rf"(?<!\w)(?:dele?|delt|deles|splitte?) (?:\w+ ){{0,3}}?(?:op |ud )?(?:i|paa|over) {_N}(?! "
    rf"?(?:kr|dage|uger))(?!\w)"),
    re.compile(rf"(?<=maaneden) i {_N} ?{_MONTHS}(?!\w)"),
    re.compile(rf"(?<=kr) (?:om maaneden )?i {_N} ?{_MONTHS}(?!\w)"),
    re.compile(rf"(?<=md) i {_N} ?{_MONTHS}(?!\w)"),
    re.compile(rf"(?<!\w)(?:betal\w*|afdrag\w*) (?:\w+ ){{0,4}}?i {_N} ?{_MONTHS}(?!\w)"),
)  # fmt: skip
_SPANS = (
    (re.compile(r"(?<!\w)(?:over|fordelt paa|paa) (?:et )?halvt aar(?!\w)"), 6),
    (re.compile(r"(?<!\w)(?:over|fordelt paa|paa) halvandet aar(?!\w)"), 18),
    (re.compile(r"(?<!\w)(?:over|fordelt paa|paa) (?:et|1) (?:helt )?aar(?!\w)"), 12),
    (re.compile(r"(?<!\w)(?:over|fordelt paa|paa) (?:et|1) kvartal(?!\w)"), 3),
    (re.compile(r"(?<!\w)over (?P<years>2|3) aar(?!\w)"), 12),
)
_CHILD = r"(?:smaa|store|mindre|hjemmeboende|dejlige|soede|unge|skoleboern|)"
_KIDS = r"(?:boern|barn|unger|kids|children|child|boer|bornn?)"
_SONS = r"(?:drenge?|piger?|soenner|soen|doetre|datter|teenagere?)"
_CHILDREN = re.compile(
    rf"(?<!\w)(?P<n>\d{{1,2}}|et|en|1) ?(?:{_CHILD} ){{0,2}}{_KIDS}(?!\w)(?! (?:er |bor |der er "
    rf")?(?:voksne?|flyttet|hos (?:deres|faren|moren)))"
)
_FAMILY = re.compile(
    rf"(?<!\w)(?:med|har|og) (?P<n>\d|en|et|min|mit) {_SONS}(?P<more>(?:,| og) (?P<m>\d|en|et) {_SONS})?(?!\w)"
)
_TWINS = re.compile(r"(?<!\w)(?:med|har) (?:\w+ )?tvillinger(?!\w)")
_GROWN = re.compile(r"(?<!\w)(?:ingen|uden|0) boern(?!\w)")


def read(reading: Reading) -> None:
    """Take instalments and children out."""
    reading.take(_WAITED, lambda m: [])
    for pattern in _INSTALMENTS:
        reading.take(pattern, _instalments)
    for pattern, months in _SPANS:
        reading.take(pattern, lambda m, months=months: _span(m, months))  # type: ignore[misc]  # the default binds
    reading.take(_GROWN, lambda m: [Value("children", 0)])
    reading.take(_CHILDREN, lambda m: _children(_count(m["n"])))
    reading.take(_FAMILY, lambda m: _children(_count(m["n"]) + (_count(m["m"]) if m["more"] else 0)))
    reading.take(_TWINS, lambda m: [Value("children", 2)])


def _instalments(match: re.Match[str]) -> list[Value] | None:
    n = int(match["n"])
    return [Value("instalments", n)] if n > 0 else None


def _span(match: re.Match[str], months: int) -> list[Value]:
    years = match.groupdict().get("years")
    return [Value("instalments", months * int(years or 1))]


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else 1


def _children(n: int) -> list[Value] | None:
    return [Value("children", n)] if 0 < n < 16 else None
