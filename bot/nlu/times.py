"""Times of the day in a text: HH:MM, or morning, forenoon, afternoon, evening. Pure.

An hour from 1 to 6 without more is in the afternoon: nobody asks to be phoned at night.
"""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_HOUR = r"(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?"
_END = (
    r"(?![\d]|[.,:]\d| ?(?:kr|,-|k\b|dage?|uger?|md|maaned|aar|boern|rater|gange|afdrag|procent|"
    r"%|timer?|min|t\.? ?kr|december|jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec))"
)
_CLOCK = r"(?:kl\.?|klokken|klok)"
_AFTER = r"(?:efter|foer|inden|ved|omkring|fra|til|indtil|mellem|after|before|at|around|cirka|ca\.?)"
_PATTERNS = (
    re.compile(rf"(?<!\w){_CLOCK} ?(?P<half>halv) ?(?P<hour>[1-9]|1[0-2])(?P<minute>)(?!\d)"),
    re.compile(rf"(?<!\w)(?:{_AFTER} )(?P<half>halv) ?(?P<hour>[1-9]|1[0-2])(?P<minute>)(?!\d)"),
    re.compile(rf"(?<!\w){_CLOCK} ?(?P<hour>[01]?\d|2[0-4]) ?(?:[:.]? ?)(?P<minute>[0-5]\d)?{_END}"),
    re.compile(rf"(?<![\w/.,-]){_HOUR} ?(?P<half>pm|am)(?!\w)"),
    re.compile(rf"(?<![\w/.,-]){_HOUR}[ -]?tiden(?!\w)"),
    re.compile(
        rf"(?<!\w){_AFTER} {_HOUR}{_END}(?!/|-\d|\. ?(?:i\b|jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|"
        rf"nov|dec))"
    ),
    re.compile(r"(?<![\w/.,:-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])"),
)
_RANGE = re.compile(
    r"(?<!\w)(?:kl\.? ?|klokken |fra (?:kl\.? ?)?|mellem (?:kl\.? ?)?)(?P<one>[01]?\d|2[0-4])(?:[.:](?P<m1>[0-5]\d))?"
    rf" ?(?:-|til|og|to|and)(?: kl\.?)? ?(?P<two>[01]?\d|2[0-4])(?:[.:](?P<m2>[0-5]\d))?{_END}"
)
_GREETING = re.compile(
    r"(?<!\w)go(?:d|dt)? ?(?:morgen|formiddag|eftermiddag|aften|dag)(?!\w)|good (?:morning|"
    r"evening)"
)
_PARTS = (
    ("forenoon", re.compile(r"(?<!\w)(?:om )?(?:formiddag(?:en)?|fmd)(?!\w)")),
    ("afternoon", re.compile(r"(?<!\w)(?:om )?(?:efter ?middag(?:en)?|eftermiddagen|afternoon)(?!\w)")),
    ("evening", re.compile(r"(?<!\w)(?:om )?(?:aften(?:en)?|aftes|tonight|evening)(?!\w)")),
    ("morning", re.compile(r"(?<!\w)(?:om )?(?:morgen(?:en)?|morges|morgenstunden|morning)(?!\w)")),
)  # fmt: skip
_EARLY = re.compile(r"(?<=\x00) tidligt?(?!\w)")
_LATER = re.compile(r"aften|evening|tonight|eftermiddag")


def read_clock(reading: Reading) -> None:
    """Take the hours out; before the dates, so that "kl. 10.12" is no day in December."""
    reading.take(_GREETING, lambda m: [])
    reading.take(_RANGE, _both)
    for pattern in _PATTERNS:
        reading.take(pattern, _clock)


def read_parts(reading: Reading) -> None:
    """Take the parts of the day out; after the dates, which have taken "i morgen"."""
    for name, pattern in _PARTS:
        reading.take(pattern, lambda m, name=name: [Value("time", name)])  # type: ignore[misc]  # the default binds
    reading.take(_EARLY, lambda m: [Value("time", "morning")])


def _both(match: re.Match[str]) -> list[Value] | None:
    if int(match["two"]) <= int(match["one"]) and int(match["two"]) > 6:
        return None
    return [_time(int(match["one"]), match["m1"]), _time(int(match["two"]), match["m2"])]


def _clock(match: re.Match[str]) -> list[Value] | None:
    groups = match.groupdict()
    hour, half = int(groups["hour"]), groups.get("half")
    if half == "halv":
        return [_time((hour - 1) or 12, "30")]
    around = match.string[max(0, match.start() - 16) : match.start()] + match.string[match.end() : match.end() + 16]
    is_late = half == "pm" or bool(_LATER.search(around))
    if is_late and hour < 12:
        hour += 12
    if half == "am" or len(groups["hour"]) == 2:
        return [Value("time", f"{hour % 24:02}:{groups['minute'] or '00'}")]
    return [_time(hour, groups["minute"])]


def _time(hour: int, minute: str | None) -> Value:
    late = hour + 12 if 1 <= hour <= 6 else hour
    return Value("time", f"{late % 24:02}:{minute or '00'}")
