"""What a day that somebody said is in the calendar, counted from the day the SMS came. Pure.

A match of one of the patterns in dates.py goes in; the days come out, none of them for what recurs, None for no day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.nlu import calendar_days as days
from bot.nlu import calendar_words as words
from bot.nlu.tense import is_past

Dates = list[date] | None


def nothing(_match: re.Match[str], _today: date) -> Dates:
    """ "hver den 1.": recurs, and is no day."""
    return []


def iso(match: re.Match[str], _today: date) -> Dates:
    return [date(int(match["year"]), int(match["month"]), int(match["day"]))]


def day_and_month(match: re.Match[str], today: date) -> Dates:
    month, day = words.month(match["month"]), int(match["day"])
    year = match.groupdict().get("year")
    if year:
        return [date(days.full_year(year, today), month, day)]
    if is_past(match):
        return [days.nearest(lambda y: date(y, month, day), today, -1)]
    return [days.nearest(lambda y: date(y, month, day), today, 1)]


def day_of_month(match: re.Match[str], today: date) -> Dates:
    """ "d. 1.": the next such day strictly after today; of a named month when one is named."""
    said = match.groupdict()
    day = words.day(said["day"])
    where = said.get("where") or ""
    if "naeste" in where or "next" in where or "kommende" in where:
        return [days.in_month(today, 1, day)]
    if "sidste" in where or "forrige" in where:
        return [days.in_month(today, -1, day)]
    if is_past(match):
        return [days.last_such(today, day)]
    return [days.next_such(today, day)]


def month_end(match: re.Match[str], today: date) -> Dates:
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


def weekday(match: re.Match[str], today: date) -> Dates:
    wanted = words.weekday(match["weekday"])
    said = match.groupdict()
    behind = bool(said.get("last")) or match["weekday"].endswith("s") or is_past(match)
    if behind:
        return [today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)]
    ahead = today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return [ahead + timedelta(days=7)] if said.get("week_on") else [ahead]


def weekday_next_week(match: re.Match[str], today: date) -> Dates:
    monday = today + timedelta(days=7 - today.weekday())
    return [monday + timedelta(days=words.weekday(match["weekday"]))]


def ahead(match: re.Match[str], today: date) -> Dates:
    return [days.shifted(today, _count(match["n"]), match["unit"])]


def behind(match: re.Match[str], today: date) -> Dates:
    return [days.shifted(today, -_count(match["n"]), match["unit"])]


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else 1


def named(match: re.Match[str], today: date) -> Dates:
    """The bare "i" of "i aftes" was yesterday; the part of the day is left for whoever reads times."""
    return [today + timedelta(days=-1 if match["eve"] else words.offset(match[0]))]


def one_and_a_half(_match: re.Match[str], today: date) -> Dates:
    """ "om halvanden uge": ten days and a half, so the tenth."""
    return [today + timedelta(days=10)]


def feast(match: re.Match[str], today: date) -> Dates:
    month, day = words.feast(match["feast"])
    return [days.nearest(lambda y: date(y, month, day), today, -1 if is_past(match) else 1)]


def two_days(match: re.Match[str], today: date) -> Dates:
    """ "d. 1. og 15." """
    find = days.last_such if is_past(match) else days.next_such
    return [find(today, int(match["day"])), find(today, int(match["second"]))]


def last_weekday_gone(match: re.Match[str], today: date) -> Dates:
    """ "fredag i sidste uge" """
    monday = today - timedelta(days=7 + today.weekday())
    return [monday + timedelta(days=words.weekday(match["weekday"]))]


def bank_day(match: re.Match[str], today: date) -> Dates:
    """The last day of the month on which a bank works, holidays aside: the day pay comes."""
    end = month_end(match, today)
    working = [day - timedelta(days=max(0, day.weekday() - 4)) for day in end or []]
    if working and working[0] <= today and "naeste" not in match[0] and not match.groupdict().get("month"):
        after = days.last_day(days.in_month(today, 1, 1))
        working = [after - timedelta(days=max(0, after.weekday() - 4))]
    return working


def spelled(match: re.Match[str], today: date) -> Dates:
    """ "foerste december": the day is a word."""
    month, day = words.month(match["month"]), words.day(match["day"])
    return [days.nearest(lambda y: date(y, month, day), today, -1 if is_past(match) else 1)]


def dashed(match: re.Match[str], today: date) -> Dates:
    """ "01-12" is a day; "10-12" may be hours or an interval, and is left."""
    return day_and_month(match, today) if "0" in {match["day"][0], match["month"][0]} else None
