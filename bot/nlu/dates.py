"""Days said in a text, resolved from the day the SMS came. Pure.

A weekday is the next such day strictly after it, "d. 1." the next 1st, "den sidste" the last day of the month; a day
without a year lies ahead, or behind when it is told as done. What cannot be resolved gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.dialogs.state import Value
from bot.nlu import calendar_words as words
from bot.nlu import day_rules
from bot.nlu.reading import Reading

_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_ORD = r"(?:\.|'?(?:te|de|ende|sten?|th|st|nd|rd))?"
_MARK = r"(?:d\.? ?|den ?|the (?=\d{1,2}(?:st|nd|rd|th))|the (?=[a-z])|dato(?:en)? )"
_WEEKDAY_FIRST = rf"(?:(?:{words.WEEKDAYS})(?:en)?,? )?"
_NO_UNIT = (
    r"(?!\.? ?(?:kr|kroner|,-|dage?\b|uger?\b|maaned|md\b|mdr|aar\b|boern|rater|gange|afdrag|"
    r"procent|%|k\b|tus|timer?\b|del\b|af\b|hver\b|i hver\b|huslejer?\b|leje\b|gang\b|rykker\w*|brev\w*|betaling\w*|"
    r"rate\b|opkraev\w*|person\w*|sms\b|besked|mail|varsel|i raekken|"
    r"rater?\b|drenge|piger|unger|barn|"
    r"months|weeks|"
    r"days|kids|children))"
)

#: After a day written with a dash, so that "3-4 gange" is none.
_FOLLOWS = (
    "og|saa|men|kan|betaler|betale|jeg|hvis|for|fra|er|ok|okay|kl|at|eller|naar|har|vil|med|paa|resten|kommer|"
    "faar|der|"
    "hvor|nu|tak|mvh|hilsen|i"
)
_WHERE = (
    r" i (?:den )?(?:naeste|sidste|forrige|denne|kommende) (?:maaneden|maaned|md)| (?:naeste|sidste|forrige|denne) "
    r"(?:maaned|md)| (?:of )?next month"
)


#: Before a day that is written like a score or a decimal.
_CUE = re.compile(
    r"(?:^|[\n\x00,;:!?+]|(?<!\w)(?:d|den|paa|til|inden|senest|betal\w*|fra|resten|rest|loen\w*|frist\w*|og|eller|"
    r"kommer|kr|"
    r"faar|pr|siden|dato|paid|pay|by|on|foerst|fik|overfoer\w*|kan|dag)\.?) ?$"
)


def _is_told(match: re.Match[str]) -> bool:
    """Whether "3-2" or "5.12" is a day: where one is told, or written with both its noughts."""
    return len(match["day"]) == len(match["month"]) == 2 or bool(_CUE.search(match.string[: match.start()]))


Rule = Callable[[re.Match[str], date], day_rules.Dates]


def read(reading: Reading, today: date) -> None:
    """Take every day out, the fullest ways of saying one first."""
    for pattern, resolve in _READERS:
        reading.take(pattern, lambda m, resolve=resolve: _values(resolve, m, today))  # type: ignore[misc]  # the default binds


def _values(resolve: Rule, match: re.Match[str], today: date) -> list[Value] | None:
    try:
        found = resolve(match, today)
    except (ValueError, OverflowError):  # no such day in the calendar
        return None
    return None if found is None else [Value("date", day.isoformat()) for day in found]


_UNIT = r"(?P<unit>dage?s?|uger?s?|maaneders?|maaneds?|mdr|md|days?|weeks?|months?)"
_N = r"(?P<n>\d{1,3}|en|et|a|one)"
_HVER = r"(?<!\w)hver "
_READERS: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile(rf"{_HVER}(?:eneste )?(?:anden )?(?:{words.WEEKDAYS})(?:en)?(?!\w)(?! om)"), day_rules.nothing),
    (
        re.compile(rf"(?<!\w)(?:every (?:{words.WEEKDAYS})|om (?:{words.WEEKDAYS})en|(?:{words.WEEKDAYS})e)(?!\w)"),
        day_rules.nothing,
    ),
    (re.compile(rf"(?<!\w)(?:{words.WEEKDAYS}|man) ?(?:til|-|to) ?(?:{words.WEEKDAYS}|fre)(?!\w)"), day_rules.nothing),
    (re.compile(rf"(?<!\w)hver (?:maaned )?{_MARK}(?:{_DAY}{_ORD}|sidste|foerste)(?!\w)"), day_rules.nothing),
    (
        re.compile(
            rf"(?<!\w){_MARK}(?:{_DAY}{_ORD}|sidste|foerste|{words.ORDINALS}) (?:i )?(?:hver|i hver)(?: "
            rf"eneste)? (?:maaned|md)(?!\w)"
        ),
        day_rules.nothing,
    ),
    (
        re.compile(
            r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>3[01]|[12]\d|"
            r"0[1-9])(?![\d-])"
        ),
        day_rules.iso,
    ),
    (
        re.compile(r"(?<!\w)(?P<day>3[01]|[12]\d|0[1-9])(?P<month>0[1-9]|1[0-2])(?P<year>(?:19|20)\d\d)(?!\w)"),
        day_rules.day_and_month,
    ),
    (
        re.compile(
            rf"(?<![\w./]){_WEEKDAY_FIRST}{_MARK}?{_DAY}{_ORD} ?(?:of )?(?P<month>{words.MONTHS})(?:\.?,? "
            rf"(?P<year>(?:19|20)\d\d))?(?!\w)"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(
            rf"(?<!\w)(?P<month>{words.MONTHS}) (?:{_MARK})?{_DAY}{_ORD}(?!\w)(?![.,]\d)(?=\.?(?:$|"
            rf"[\n,!?;)\x00]|"
            rf"[. ] ?(?:{_FOLLOWS}|and|at|on|is|if|or|but|please)(?!\w)))"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(rf"(?<!\w)(?:{_MARK})?(?P<day>{words.ORDINALS}) (?P<month>{words.MONTHS})(?!\w)"),
        lambda m, t: day_rules.spelled(m, t),
    ),
    (
        re.compile(
            rf"(?<![\w.,/-]){_WEEKDAY_FIRST}{_MARK}?{_DAY}[/.-](?P<month>1[0-2]|0?[1-9])(?:[/.-] ?| "
            rf"?(?=\d{{4}}))?(?<=[^\d]){_YEAR}(?![\w/]|[.,]\d)(?! ?(?:kr|kroner|,-))"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(
            rf"(?<![\w.,/-]){_WEEKDAY_FIRST}{_MARK}?{_DAY}/(?P<month>1[0-2]|0?[1-9])(?!\d|/)(?!-\d\d? "
            rf"?(?:dage|md)){_NO_UNIT}"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(
            rf"(?<![\w.,/-]){_WEEKDAY_FIRST}{_MARK}{_DAY}[.-] ?(?P<month>1[0-2]|0?[1-9])(?![\d]|[,]\d){_NO_UNIT}"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(rf"(?<![\w.,/-]){_DAY}\.(?P<month>1[0-2]|0?[1-9])(?![\d\w]|,\d){_NO_UNIT}"),
        lambda m, t: day_rules.day_and_month(m, t) if _is_told(m) else None,
    ),
    (
        re.compile(rf"(?<![\w.,/-])(?P<day>3[01]|[12]\d|0[1-9])-(?P<month>1[0-2]|0[1-9])(?!\d|-\d){_NO_UNIT}"),
        lambda m, t: day_rules.dashed(m, t),
    ),
    (
        re.compile(
            rf"(?<!\w){_MARK}{_DAY}\.? i (?P<month>1[0-2]|0?[1-9])(?:\.|"
            rf"'?te)?(?!\w){_NO_UNIT}"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(
            rf"(?<![\w.,/-])(?P<day>3[01]|[12]\d|[1-9])-(?P<month>1[0-2]|[1-9])(?![\d,]|-\d|\.\d){_NO_UNIT}"
            rf"(?=[ .]*(?:$|[\n,.!?;\x00)]|(?:{_FOLLOWS})(?!\w)))"
        ),
        lambda m, t: day_rules.day_and_month(m, t) if _is_told(m) else None,
    ),
    (
        re.compile(
            r"(?<!\w)(?:d\.? ?|den |senest |inden |resten |rest )(?P<day>3[01]|[12]\d|0?[1-9]) (?P<month>1[0-2]|"
            r"0?[1-9])"
            r"(?=[ .]*(?:$|[\n,!?;\x00]))"
        ),
        day_rules.day_and_month,
    ),
    (
        re.compile(
            rf"(?<!\w){_MARK}(?P<day>3[01]|[12]\d|0?[1-9])\.? ?(?:og|eller|/|and) ?(?:d\.? ?|den )?"
            rf"(?P<second>3[01]|[12]\d|0?[1-9])\.(?! ?(?:hver|i hver|gang|{words.MONTHS}))(?!\w){_NO_UNIT}"
        ),
        day_rules.two_days,
    ),
    (
        re.compile(
            rf"(?<!\w){_WEEKDAY_FIRST}{_MARK}(?P<day>3[01]|[12]\d|0?[1-9]){_ORD}(?P<where>{_WHERE})?(?![\w/]|[.,]\d)"
            rf"{_NO_UNIT}"
        ),
        day_rules.day_of_month,
    ),
    (
        re.compile(rf"(?<![\w.,/-])(?:hver )?(?P<day>3[01]|[12]\d|0?[1-9])\.(?P<where>{_WHERE}| i maaneden)(?!\w)"),
        lambda m, t: [] if m[0].startswith("hver") else day_rules.day_of_month(m, t),
    ),
    (
        re.compile(rf"(?<![\w.,/-])(?:{words.WEEKDAYS})(?:en)?,? (?P<day>3[01]|[12]\d|0?[1-9])\.(?!\w|\d|/){_NO_UNIT}"),
        day_rules.day_of_month,
    ),
    (
        re.compile(
            rf"(?<!\w)(?:d\.? |den )(?P<day>{words.ORDINALS})(?P<where> i (?:naeste|sidste|forrige|"
            rf"denne) (?:maaned|md)| (?:naeste|sidste) (?:maaned|md))?(?= i maaneden|$|\n|[.,!?;]| (?:og|"
            rf"eller|men|saa|naar|hvor|kan|betaler|jeg|der|i|er|bliver|med|paa|for|til|hvis|kommer|faar|kl)(?!\w)|\x00)"
        ),
        day_rules.day_of_month,
    ),
    (
        re.compile(
            rf"(?<!\w)(?:ultimo|sidst i|slutningen af|udgangen af|den sidste (?:dag )?i|den sidste|end of|the end of) "
            rf"(?P<month>{words.MONTHS})(?!\w)"
        ),
        day_rules.month_end,
    ),
    (
        re.compile(
            rf"(?<!\w)(?:den )?sidste (?:bankdag|hverdag|arbejdsdag) (?:i |paa )(?:(?P<month>{words.MONTHS})|"
            rf"(?:denne |naeste )?"
            rf"(?:maaneden|maaned|md))(?!\w)"
        ),
        day_rules.bank_day,
    ),
    (
        re.compile(
            r"(?<!\w)(?:den |d\.? )?(?P<day>foerste)(?: dag)?(?P<where> i (?:naeste |denne )?(?:maaneden|"
            r"maaned|md))(?!\w)"
        ),
        day_rules.day_of_month,
    ),
    (re.compile(words.MONTH_END), day_rules.month_end),
    (
        re.compile(
            rf"(?<!\w)(?:paa )?(?P<weekday>{words.WEEKDAYS})(?:en)? (?:i )?(?:den )?(?:naeste|kommende|kommer|komme|"
            rf"next) "
            rf"(?:uge|week)(?!\w)"
        ),
        day_rules.weekday_next_week,
    ),
    (
        re.compile(rf"(?<!\w)(?:naeste uge|next week),? (?:paa |on )?(?P<weekday>{words.WEEKDAYS})(?!\w)"),
        day_rules.weekday_next_week,
    ),
    (
        re.compile(rf"(?<!\w)(?P<weekday>{words.WEEKDAYS}) (?:i )?(?:sidste|forrige) uge(?!\w)"),
        day_rules.last_weekday_gone,
    ),
    (
        re.compile(
            rf"(?<!\w)(?:i |paa |nu paa |(?P<last>sidste|forrige|last) "
            rf")?(?P<weekday>{words.WEEKDAYS})(?P<week_on> (?:om )?(?:en uge|8 dage|14 dage))?(?!\w)"
        ),
        day_rules.weekday,
    ),
    (re.compile(rf"(?<!\w)paa (?P<weekday>{words.SHORT_WEEKDAYS})\.?(?!\w)"), day_rules.weekday),
    (re.compile(r"(?<!\w)om (?:ca\.? |cirka )?(?:halvanden|1,5) uges?(?: tid)?(?!\w)"), day_rules.one_and_a_half),
    (re.compile(rf"(?<!\w)(?:for )?(?:ca\.? )?{_N} ?{_UNIT}(?: tid)? (?:siden|ago)(?!\w)"), day_rules.behind),
    (
        re.compile(
            rf"(?<!\w)(?<!gang )(?:om|in) (?:ca\.? |cirka |about |en |smaa |bare |"
            rf"kun )?{_N} ?{_UNIT}(?: tid)?(?!\w)(?! (?:hver|"
            rf"ad gangen))"
        ),
        day_rules.ahead,
    ),
    (re.compile(rf"(?<!\w)(?P<feast>{words.FEASTS})(?!\w)"), day_rules.feast),
    (re.compile(words.NAMED_DAYS), day_rules.named),
)
