"""Whatever the day, the number or the heap of signs: what is written is read back, once, and nothing raises."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.nlu import values
from bot.nlu.values import read_values

_DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
    "december",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "slips": ("mandg", "tirsdg", "osndag", "torsdga", "fredaag", "lrdag", "søndah"),
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "tr": ("pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar"),
    "pl": ("poniedziałek", "wtorek", "środę", "czwartek", "piątek", "sobotę", "niedzielę"),
    "uk": ("понеділок", "вівторок", "середу", "четвер", "п'ятницю", "суботу", "неділю"),
    "ru": ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "so": ("isniin", "talaado", "arbaco", "khamiis", "jimce", "sabti", "axad"),
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنج‌شنبه", "جمعه", "شنبه", "یکشنبه"),
    "ro": ("luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"),
}
#: Nights in which a clock is put on or back, month ends, a leap day.
_EDGES = (
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 3, 28),
    date(2026, 10, 24),
    date(2026, 1, 31),
    date(2028, 2, 29),
)
_ALPHABET = st.sampled_from(
    [
        *"0123456789 .,-/:xkr½'\n",
        *["den", "kl", "om", "mandag", "betaler", "børn", "til", "45", "fem", "tusind", "i"],
        "ø",
        "٣",
    ]
)


def _found(text: str, today: date) -> list[tuple[str, object]]:
    return [(value.entity, value.value) for value in read_values(text, today)]


def _short(day: date) -> list[str]:
    """With two figures of the year."""
    return [f"{day.day}/{day.month}-{day.year % 100:02}", f"{day:%d.%m.%y}", f"den {day.day}.{day.month}.{day:%y}"]


def _written(day: date) -> list[str]:
    n, month, year = day.day, _MONTHS[day.month - 1], day.year
    english = _ENGLISH_MONTHS[day.month - 1]
    return [
        f"{n}. {month} {year}", f"d. {n}. {month} {year}", f"den {n} {month[:3]}. {year}",
        f"{n}/{day.month} {year}", f"{n}-{day.month}-{year}", f"{day:%d.%m.%Y}", f"d.{n}/{day.month}-{year}",
        f"{day:%Y-%m-%d}", f"betaler {n}.{day.month}.{year}", f"{day:%d/%m/%Y}", f"{n} {english} {year}",
    ]  # fmt: skip


@given(_DAYS, _DAYS)
@example(date(2026, 11, 27), date(2028, 2, 29))
def test_a_day_with_its_year_is_itself_in_every_form(today, day):
    near = day.year <= today.year + 10  # further on, two figures are the century before
    for text in _written(day) + (_short(day) if near else []):
        assert _found(text, today) == [("date", day.isoformat())], text


@given(_DAYS, _DAYS)
def test_a_day_without_its_year_is_the_next_one(today, day):
    month = _MONTHS[day.month - 1]
    for text in (
        f"d {day.day}/{day.month}",
        f"{day.day}. {month}",
        f"inden den {day.day}. {month}",
        f"den {day.day}.{day.month}",
    ):
        [(entity, found)] = _found(text, today)
        ahead = date.fromisoformat(str(found))
        assert (entity, ahead.day, ahead.month) == ("date", day.day, day.month), text
        assert timedelta() <= ahead - today <= timedelta(366 * (8 if (day.day, day.month) == (29, 2) else 1)), text


@pytest.mark.parametrize("language", _WEEKDAYS)
@given(today=_DAYS, weekday=st.integers(0, 6))
def test_a_weekday_is_the_next_one_strictly_after_today_in_every_language(language, today, weekday):
    [(entity, found)] = _found(_WEEKDAYS[language][weekday], today)
    day = date.fromisoformat(str(found))
    assert (entity, day.weekday(), 1 <= (day - today).days <= 7) == ("date", weekday, True)


@pytest.mark.parametrize("today", _EDGES)
def test_days_are_counted_by_the_calendar_whatever_the_clock_does(today):
    tomorrow = ("date", (today + timedelta(1)).isoformat())
    assert _found("i morgen kl 9", today) == [tomorrow, ("time", "09:00")]
    assert _found("i går", today) == [("date", (today - timedelta(1)).isoformat())]
    assert _found("om 14 dage", today) == [("date", (today + timedelta(14)).isoformat())]
    assert _found("i aften", today) == [("date", today.isoformat()), ("time", "evening")]


@given(_DAYS)
def test_the_end_of_the_month_lies_ahead_and_is_its_last_day(today):
    for text in ("sidst på måneden", "ultimo", "d. sidste", "end of the month"):
        day = date.fromisoformat(str(_found(text, today)[0][1]))
        assert (day + timedelta(1)).day == 1
        assert 1 <= (day - today).days <= 31


@given(_DAYS)
def test_the_last_bank_day_is_a_weekday_at_the_end_of_a_month(today):
    day = date.fromisoformat(str(_found("sidste bankdag i måneden", today)[0][1]))
    assert day.weekday() < 5
    assert day > today
    assert (day + timedelta(3)).month != day.month


@given(st.integers(1, 12), st.integers(1, 12))
def test_months_and_instalments_are_read_back(months, parts):
    assert _found(f"kan betale over {months} måneder", _EDGES[0]) == [("instalments", months)]
    assert _found(f"i {parts} rater", _EDGES[0]) == [("instalments", parts)]


@given(st.integers(0, 23), st.integers(0, 59))
def test_an_hour_with_minutes_is_itself(hour, minute):
    assert _found(f"kl. {hour:02}.{minute:02}", _EDGES[0]) == [("time", f"{hour:02}:{minute:02}")]
    assert _found(f"ring {hour:02}:{minute:02}", _EDGES[0]) == [("time", f"{hour:02}:{minute:02}")]


@given(st.lists(_ALPHABET, max_size=40).map("".join), _DAYS)
def test_no_character_is_read_twice(text, today):
    spans = sorted(values.read(text, today).spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(st.text(max_size=200), st.dates())
def test_nothing_that_can_be_typed_raises(text, today):
    read_values(text, today)
