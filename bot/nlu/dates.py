"""Days said in a text, resolved from the day the SMS came. Pure.

A weekday is the next such day strictly after it, "d. 1." the next 1st, "den sidste" the last day of the month; a day
without a year lies ahead, or behind when it is told as done. What cannot be resolved gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.dialogs.state import Value
from bot.nlu import calendar_days as days
from bot.nlu import calendar_words as words
from bot.nlu.reading import Reading
from bot.nlu.tense import is_past

_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_ORD = r"(?:\.|'?(?:te|de|ende|sten?|th|st|nd|rd))?"
_MARK = r"(?:d\.? ?|den ?|the |dato(?:en)? )"
_WEEKDAY_FIRST = rf"(?:(?:{words.WEEKDAYS})(?:en)?,? )?"
_NO_UNIT = (
    r"(?! ?(?:kr|kroner|,-|dage?\b|uger?\b|maaned|md\b|mdr|aar\b|boern|rater|gange|afdrag|"
    r"procent|%|k\b|tus|timer?\b|del\b|af\b|hver\b|husleje|leje))"
)

Dates = list[date] | None


def read(reading: Reading, today: date) -> None:
    """Take every day out, the fullest ways of saying one first."""
    for pattern, resolve in _READERS:
        reading.take(pattern, lambda m, resolve=resolve: _values(resolve, m, today))  # type: ignore[misc]  # the default binds


def _values(resolve: Callable[[re.Match[str], date], Dates], match: re.Match[str], today: date) -> list[Value] | None:
    try:
        found = resolve(match, today)
    except (ValueError, OverflowError):  # no such day in the calendar
        return None
    return None if found is None else [Value("date", day.isoformat()) for day in found]


def _nothing(_match: re.Match[str], _today: date) -> Dates:
    """ "hver den 1.": recurs, and is no day."""
    return []


def _iso(match: re.Match[str], _today: date) -> Dates:
    return [date(int(match["year"]), int(match["month"]), int(match["day"]))]


def _day_and_month(match: re.Match[str], today: date) -> Dates:
    month, day = words.month(match["month"]), int(match["day"])
    year = match.groupdict().get("year")
    if year:
        return [date(days.full_year(year, today), month, day)]
    if is_past(match):
        return [days.nearest(lambda y: date(y, month, day), today, -1)]
    return [days.nearest(lambda y: date(y, month, day), today, 1)]


def _day_of_month(match: re.Match[str], today: date) -> Dates:
    """ "d. 1.": the next such day strictly after today; of a named month when one is named."""
    said = match.groupdict()
    day = words.day(said["day"])
    where = said.get("where") or ""
    if "naeste" in where or "next" in where:
        return [days.in_month(today, 1, day)]
    if "sidste" in where or "forrige" in where:
        return [days.in_month(today, -1, day)]
    if is_past(match):
        return [days.last_such(today, day)]
    return [days.next_such(today, day)]


def _month_end(match: re.Match[str], today: date) -> Dates:
    said = match.groupdict()
    if said.get("month"):
        month = words.month(said["month"])
        step = -1 if is_past(match) else 1
        return [days.nearest(lambda y: days.last_day(date(y, month, 1)), today, step)]
    if "naeste" in match[0]:
        return [days.last_day(days.in_month(today, 1, 1))]
    if "sidste maaned" in match[0] or "forrige" in match[0] or "i sidste" in match[0]:
        return [today.replace(day=1) - timedelta(days=1)]
    end = days.last_day(today)
    return [days.last_day(end + timedelta(days=1)) if end == today else end]


def _weekday(match: re.Match[str], today: date) -> Dates:
    wanted = words.weekday(match["weekday"])
    said = match.groupdict()
    behind = bool(said.get("last")) or match["weekday"].endswith("s") or is_past(match)
    if behind:
        return [today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)]
    ahead = today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return [ahead + timedelta(days=7)] if said.get("week_on") else [ahead]


def _weekday_next_week(match: re.Match[str], today: date) -> Dates:
    monday = today + timedelta(days=7 - today.weekday())
    return [monday + timedelta(days=words.weekday(match["weekday"]))]


def _ahead(match: re.Match[str], today: date) -> Dates:
    return [days.shifted(today, _count(match["n"]), match["unit"])]


def _behind(match: re.Match[str], today: date) -> Dates:
    return [days.shifted(today, -_count(match["n"]), match["unit"])]


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else 1


def _named(match: re.Match[str], today: date) -> Dates:
    return [today + timedelta(days=words.offset(match[0]))]


_UNIT = r"(?P<unit>dage?|uger?|maaneder|maaned|mdr|md|days?|weeks?|months?)"
_N = r"(?P<n>\d{1,3}|en|et|a|one)"
_HVER = r"(?<!\w)(?:hver |om )"
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Dates]], ...] = (
    (re.compile(rf"{_HVER}(?:eneste )?(?:anden )?(?:{words.WEEKDAYS})(?:en)?(?!\w)(?! om)"), _nothing),
    (re.compile(rf"(?<!\w)hver (?:maaned )?{_MARK}(?:{_DAY}{_ORD}|sidste|foerste)(?!\w)"), _nothing),
    (
        re.compile(
            rf"(?<!\w){_MARK}(?:{_DAY}{_ORD}|sidste|foerste|{words.ORDINALS}) (?:i )?(?:hver|i hver)(?: "
            rf"eneste)? (?:maaned|md)(?!\w)"
        ),
        _nothing,
    ),
    (
        re.compile(
            r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>3[01]|[12]\d|"
            r"0[1-9])(?![\d-])"
        ),
        _iso,
    ),
    (
        re.compile(r"(?<!\w)(?P<day>3[01]|[12]\d|0[1-9])(?P<month>0[1-9]|1[0-2])(?P<year>(?:19|20)\d\d)(?!\w)"),
        _day_and_month,
    ),
    (
        re.compile(
            rf"(?<!\w){_WEEKDAY_FIRST}{_MARK}?{_DAY}{_ORD} ?(?P<month>{words.MONTHS})(?:\.?,? "
            rf"(?P<year>(?:19|20)\d\d))?(?!\w)"
        ),
        _day_and_month,
    ),
    (
        re.compile(rf"(?<!\w)(?P<month>{words.MONTHS}) (?:{_MARK})?{_DAY}{_ORD}(?!\w)(?![.,]\d)(?! ?(?:kr|,-))"),
        _day_and_month,
    ),
    (
        re.compile(rf"(?<!\w)(?:{_MARK})?(?P<day>{words.ORDINALS}) (?P<month>{words.MONTHS})(?!\w)"),
        lambda m, t: _spelled(m, t),
    ),
    (
        re.compile(
            rf"(?<![\w.,/-]){_WEEKDAY_FIRST}{_MARK}?{_DAY}[/.-](?P<month>1[0-2]|0?[1-9])(?:[/.-] ?| "
            rf"?(?=\d{{4}}))?(?<=[^\d]){_YEAR}(?![\w/]|[.,]\d)(?! ?(?:kr|kroner|,-))"
        ),
        _day_and_month,
    ),
    (
        re.compile(
            rf"(?<![\w.,/-]){_WEEKDAY_FIRST}{_MARK}?{_DAY}/(?P<month>1[0-2]|0?[1-9])(?!\d|/)(?!-\d\d? "
            rf"?(?:dage|md)){_NO_UNIT}"
        ),
        _day_and_month,
    ),
    (
        re.compile(
            rf"(?<![\w.,/-]){_WEEKDAY_FIRST}{_MARK}{_DAY}[.-] ?(?P<month>1[0-2]|0?[1-9])(?![\d]|[,]\d){_NO_UNIT}"
        ),
        _day_and_month,
    ),
    (re.compile(rf"(?<![\w.,/-]){_DAY}\.(?P<month>1[0-2]|0?[1-9])(?![\d\w]|,\d){_NO_UNIT}"), _day_and_month),
    (
        re.compile(rf"(?<![\w.,/-])(?P<day>3[01]|[12]\d|0[1-9])-(?P<month>1[0-2]|0[1-9])(?!\d|-\d){_NO_UNIT}"),
        lambda m, t: _dashed(m, t),
    ),
    (re.compile(rf"(?<!\w){_MARK}{_DAY}\.? i (?P<month>1[0-2]|0?[1-9])(?:\.|'?te)?(?!\w){_NO_UNIT}"), _day_and_month),
    (
        re.compile(
            rf"(?<!\w){_WEEKDAY_FIRST}{_MARK}(?P<day>3[01]|[12]\d|0?[1-9]){_ORD}(?P<where> i (?:naeste|"
            rf"sidste|forrige|denne) (?:maaned|md)| (?:naeste|sidste|forrige) (?:maaned|md)| of next "
            rf"month)?(?![\w/]|[.,]\d){_NO_UNIT}"
        ),
        _day_of_month,
    ),
    (
        re.compile(
            rf"(?<!\w)(?:d\.? |den )(?P<day>{words.ORDINALS})(?P<where> i (?:naeste|sidste|forrige|"
            rf"denne) (?:maaned|md)| (?:naeste|sidste) (?:maaned|md))?(?= i maaneden|$|\n|[.,!?;]| (?:og|"
            rf"eller|men|saa|naar|hvor|kan|betaler|jeg|der|i)(?!\w)|\x00)"
        ),
        _day_of_month,
    ),
    (
        re.compile(
            rf"(?<!\w)(?:ultimo|sidst i|slutningen af|udgangen af|den sidste (?:dag )?i|den sidste) "
            rf"(?P<month>{words.MONTHS})(?!\w)"
        ),
        _month_end,
    ),
    (re.compile(words.MONTH_END), _month_end),
    (
        re.compile(rf"(?<!\w)(?:paa )?(?P<weekday>{words.WEEKDAYS})(?:en)? (?:i )?naeste uge(?!\w)"),
        _weekday_next_week,
    ),
    (re.compile(rf"(?<!\w)naeste uge,? (?:paa )?(?P<weekday>{words.WEEKDAYS})(?!\w)"), _weekday_next_week),
    (
        re.compile(
            rf"(?<!\w)(?:i |paa |nu paa |(?P<last>sidste|forrige|last) "
            rf")?(?P<weekday>{words.WEEKDAYS})(?P<week_on> om (?:en uge|8 dage|14 dage))?(?!\w)"
        ),
        _weekday,
    ),
    (re.compile(rf"(?<!\w)paa (?P<weekday>{words.SHORT_WEEKDAYS})\.?(?!\w)"), _weekday),
    (re.compile(rf"(?<!\w)(?:for )?(?:ca\.? )?{_N} {_UNIT} (?:siden|ago)(?!\w)"), _behind),
    (re.compile(rf"(?<!\w)(?:om|in) (?:ca\.? |cirka )?{_N} {_UNIT}(?!\w)(?! (?:hver|ad gangen))"), _ahead),
    (re.compile(words.NAMED_DAYS), _named),
)


def _spelled(match: re.Match[str], today: date) -> Dates:
    """ "foerste december": the day is a word."""
    month, day = words.month(match["month"]), words.day(match["day"])
    return [days.nearest(lambda y: date(y, month, day), today, -1 if is_past(match) else 1)]


def _dashed(match: re.Match[str], today: date) -> Dates:
    """ "01-12" is a day; "10-12" may be hours or an interval, and is left."""
    return _day_and_month(match, today) if "0" in {match["day"][0], match["month"][0]} else None
