"""Times of the day in a text: HH:MM, or morning, forenoon, afternoon, evening. Pure.

An hour from 1 to 6 without more is in the afternoon: nobody asks to be phoned at night.
"""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu import calendar_words as words
from bot.nlu.reading import Reading

_H = r"(?P<hour>2[0-4]|[01]?\d)"
_HOUR = rf"{_H}(?:[:.](?P<minute>[0-5]\d))?"
_END = (
    r"(?![\d]|[.,:/]\d|-\d{3}|\.(?: ?(?:\d|og\b|i\b|dec|jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov))| ?(?:kr|,-|k\b|"
    r"dage?\b|"
    r"dages\b|uger?\b|ugers\b|md|mdr|maaned|aar|boern|barn|rater|afdrag|procent|%|timer?\b|t\.? ?kr|tusind|"
    r"december|jan|feb|mar|apr|maj\b|jun|jul|aug|sep|okt|nov|dec|gange?\b|x\b|days|weeks|months|years|hours|kids|"
    r"children|personer|voksne|huslejer|drenge|piger|unger|mennesker|min\b|minut|of\b))"
)
_CLOCK = r"(?:kl\.?:?|klokken|klok|klokka|klk\.?|kloken|klokke|saat|godz\.?|godzinie|ora|saacadda|الساعة|الساعه)"
_AFTER = (
    r"(?:(?:efter|foer|inden|ved|omkring|fra|(?<!op )(?<!ned )(?<!frem )(?<!jer )til|indtil|mellem|after|before|around|"
    r"between|from|until|by)(?: kl\.?)?)"
)
_CALL = r"ring(?:e|er|es)?|kald|kom(?:mer|me)?|hjemme|moede|traeffes|call"
#: What may follow a bare hour; after any other word it counts something: "efter 2 rykkere".
_FOLLOWS = (
    rf"[.,;!?)]*(?:$|[\n\x00]|[.,;!?)] | (?:og|eller|men|paa|i|hvis|saa|for|kan|tak|ring\w*|er|hver\w*|om|til|at|"
    rf"naar|ca|da|fordi|"
    rf"helst|jeg|du|min|mit|mig|mvh|hilsen|har|skal|vil|med|igen|idag|imorgen|dag|please|on|today|tomorrow|if|or|and|"
    rf"but|because|"
    rf"my|i'm|ish|ellers|ikke|ik|ok|det|der|bedst|hele|uden|kun|passer|{words.WEEKDAYS})(?!\w))"
)
_TO_THE_HOUR = r"(?P<minutes>kvart(?:er)?|quarter|5|10|20|25)(?: min(?:utter|\.)?)? (?P<way>over|past|efter|i|to|til)"
_TOLD = rf"(?:{_CLOCK} ?|{_AFTER} |ring(?:e|er|es)?(?: mig| til mig)? |(?=kvart|quarter))"
_PATTERNS = (
    re.compile(rf"(?<!\w){_TOLD}?{_TO_THE_HOUR} (?P<half>halv )?(?P<hour>1[0-2]|[1-9])(?P<minute>){_END}(?![-/])"),
    re.compile(rf"(?<!\w)(?:{_CLOCK} ?|{_AFTER} |at )?(?P<half>halv|half past) ?(?P<hour>1[0-2]|"
        rf"[1-9])(?P<minute>){_END}"),
    re.compile(rf"(?<![\w/.,-]){_HOUR} ?(?P<half>[pa]\.?m)\.?(?!\w)"),
    re.compile(rf"(?<!\w){_CLOCK} ?{_H} ?(?:[:.]? ?)(?P<minute>[0-5]\d)?(?P<half>){_END}"),
    re.compile(rf"(?<![\w/.,-]){_HOUR}(?P<half>)(?:[ -]?tiden|[ -]?tide|[ -]?tiiden| o'?clock|h)(?!\w)"),
    re.compile(rf"(?<!\w){_AFTER} {_HOUR}(?P<half>){_END}(?!/|-\d)(?:(?<=[:.]\d\d)|(?={_FOLLOWS}))"),
    re.compile(rf"(?<!\w)(?:{_CALL})(?: (?!\d)[a-z]+){{0,3}} (?:ca\.?|cirka) {_HOUR}(?P<half>){_END}(?={_FOLLOWS})"),
    re.compile(rf"(?<!\w)at {_HOUR}(?P<half>)(?=[.,!?;]*(?:$|\n| (?:on|today|tomorrow|or|and|if|please)(?!\w)|\x00))"),
    re.compile(r"(?<![\w/.,:-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<half>)(?![\d:])"),
    re.compile(
        r"(?<!\w)(?:ring(?:e|er|es)?|kald|call|traeffes|tlf tid|moede)(?: (?!\d)[a-z]+){0,5} (?P<hour>[01]?\d|2[0-3])"
        r"\.(?P<minute>[0-5]\d)(?P<half>)(?![\d.]|,\d| ?kr)"
    ),
    # What can be no day, and is written as hours are: 8.30, 13.45.
    re.compile(r"(?<![\w/.,:-])(?P<hour>1\d|2[0-3]|0?[6-9])\.(?P<minute>00|15|30|45)(?P<half>)(?![\d:.]|,\d|-?\d|"
        r" ?(?:kr|,-|k\b|tus|%|dkk))"),
)  # fmt: skip
_ONE, _TWO = r"(?P<one>[01]?\d|2[0-4])(?:[.:](?P<m1>[0-5]\d))?", r"(?P<two>[01]?\d|2[0-4])(?:[.:](?P<m2>[0-5]\d))?"
_RANGE = re.compile(
    rf"(?<!\w)(?:{_CLOCK} ?|fra (?:kl\.? ?)?|from |mellem (?:kl\.? ?)?|between ){_ONE}(?: ?[ap]m)?"
    rf" ?(?:-|til|og|to|and|eller)(?: kl\.?)? ?{_TWO}(?P<pm> ?pm)?{_END}"
)
_BARE_RANGE = re.compile(rf"(?<![\w.,:/-]){_ONE} ?(?:-|til) ?{_TWO}{_END}(?![-/])")
_NEAR_DAY = (
    rf"(?:{words.WEEKDAYS}|i dag|i morgen|idag|imorgen|hverdage|hverdag|formiddag|eftermiddag|tomorrow|today|weekdays)"
)
_RANGE_CUE = re.compile(
    rf"(?:(?<!\w)(?:ring(?:e|er|es)?|kald|call|traeffes|hjemme|fri|aabent?|aabningstid|telefontid|tlf tid|tid|fanges|"
    rf"ringes op|"
    rf"tlf)(?: (?!\d)[a-z]+"
    rf"){{0,4}}|{_NEAR_DAY}) $"
)
_NOON = re.compile(
    r"(?<!\w)(?:(?:ved |omkring |efter |foer )?middags?tid(?:en)?|(?:efter |at |before )?(?:noon|midday))(?!\w)"
)
_GREETING = re.compile(
    r"(?<!\w)go(?:d|dt)? ?(?:morgen|formiddag|eftermiddag|aften|dag|mor)(?!\w)|good (?:morning|evening|afternoon)|"
    r"(?<!\w)ha(?:v|r)? en (?:god|dejlig) (?:\w+)|dobry wieczor|dzien dobry"
)
_PARTS = (
    ("forenoon", re.compile(r"(?<!\w)(?:om )?(?:formiddag(?:en|e)?|fmd|formid)(?!\w)")),
    ("afternoon", re.compile(r"(?<!\w)(?:om |in the )?(?:efter ?middag(?:en|e)?|eftmd|afternoon)(?!\w)")),
    ("evening", re.compile(r"(?<!\w)(?:om |in the )?(?:aften(?:en|er)?|aftes|tonight|tonite|evening)(?!\w)")),
    ("morning", re.compile(r"(?<!\w)(?:om |in the )?(?:morgen(?:en|er)?|morges|morgenstunden|morning)(?!\w)")),
)  # fmt: skip
_EARLY = re.compile(r"(?<=\x00) tidligt?(?!\w)")
_LATER = re.compile(r"aften|evening|tonight|eftermiddag|afternoon")


def read_clock(reading: Reading) -> None:
    """Take the hours out; before the dates, so that "kl. 10.12" is no day in December."""
    reading.take(_GREETING, lambda m: [])
    reading.take(_RANGE, _both)
    reading.take(_BARE_RANGE, lambda m: _both(m) if _RANGE_CUE.search(m.string[: m.start()]) else None)
    reading.take(_NOON, lambda m: [Value("time", "12:00")])
    for pattern in _PATTERNS:
        reading.take(pattern, _clock)


def read_parts(reading: Reading) -> None:
    """Take the parts of the day out; after the dates, which have taken "i morgen"."""
    for name, pattern in _PARTS:
        reading.take(pattern, lambda m, name=name: [Value("time", name)])  # type: ignore[misc]  # the default binds
    reading.take(_EARLY, lambda m: [Value("time", "morning")])


def _both(match: re.Match[str]) -> list[Value] | None:
    one, two = int(match["one"]), int(match["two"])
    if two <= one and two > 6:
        return None
    late = 12 if match.groupdict().get("pm") and two < 12 else 0
    return [_time(one, match["m1"]), _time(two + late, match["m2"])]


def _clock(match: re.Match[str]) -> list[Value] | None:
    groups = match.groupdict()
    hour, half = int(groups["hour"]), (groups["half"] or "").replace(".", "").strip()
    if groups.get("way"):
        return [_to_the_hour(hour, groups["minutes"], groups["way"], bool(half))]
    if half == "halv":
        return [_time((hour - 1) or 12, "30")]
    if half == "half past":
        return [_time(hour, "30")]
    around = match.string[max(0, match.start() - 16) : match.start()] + match.string[match.end() : match.end() + 16]
    is_late = half == "pm" or (half != "am" and bool(_LATER.search(around)))
    if is_late and hour < 12:
        hour += 12
    if half == "am" or len(groups["hour"]) == 2:
        return [Value("time", f"{hour % (12 if half == 'am' else 24):02}:{groups['minute'] or '00'}")]
    return [_time(hour, groups["minute"])]


def _to_the_hour(hour: int, minutes: str, way: str, half: bool) -> Value:
    """ "kvart over 3", "ti i halv fem": in the half of the day that the hour is in."""
    count = int(minutes) if minutes.isdecimal() else 15
    late = hour + 12 if hour <= 6 else hour
    total = late * 60 - (30 if half else 0) + (count if way in {"over", "past", "efter"} else -count)
    return Value("time", f"{total // 60 % 24:02}:{total % 60:02}")


def _time(hour: int, minute: str | None) -> Value:
    late = hour + 12 if 1 <= hour <= 6 else hour
    return Value("time", f"{late % 24:02}:{minute or '00'}")
