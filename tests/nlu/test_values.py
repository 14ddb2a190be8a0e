"""Amounts, days, times, counts and phone numbers are read as people write them, and no character twice."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.values import read_values

WEDNESDAY = date(2026, 11, 25)
_ANY_DAY = st.dates(date(1990, 1, 1), date(2090, 12, 31))
_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_SHORT = {"a": "amount", "d": "date", "t": "time", "i": "instalments", "c": "children", "p": "phone_number"}


def said(text: str, today: date = WEDNESDAY) -> str:
    """The values in short: "a500 d2026-12-01"."""
    names = {entity: short for short, entity in _SHORT.items()}
    return " ".join(f"{names[value.entity]}{value.value}" for value in read_values(text, today))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.500,-", "a2500"), ("2,5k", "a2500"), ("halvanden tusind", "a1500"), ("4500", "a4500"),
        ("4.500", "a4500"), ("4500kr", "a4500"), ("4500,-", "a4500"), ("4,5k", "a4500"), ("5 k", "a5000"),
        ("5 tus", "a5000"), ("fem tusind", "a5000"), ("en tudse", "a1000"), ("3 lapper", "a3000"),
        ("halvtreds", "a50"), ("kan betale halvtreds om ugen", "a50"), ("50 om ugen", "a50"),
        ("jeg kan betale 500 om måneden", "a500"), ("skylder 8.450,50", "a8450"), ("kr. 1.500", "a1500"),
        ("1 500 kr", "a1500"), ("to tusind fem hundrede", "a2500"), ("to og et halvt tusind", "a2500"),
        ("500-1000 kr", "a500 a1000"), ("mellem 500 og 1000 kr", "a500 a1000"), ("1500 + 300", "a1500 a300"),
        ("tjener 18.000 før skat", "a18000"), ("femhundrede kr", "a500"), ("tusind tak", ""), ("et par tusind", ""),
        ("2", ""), ("42", ""), ("k", ""), ("bor solvej 120", ""), ("i 2026", ""), ("100 %", ""),
    ],
)  # fmt: skip
def test_amounts_in_whole_kroner(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("på fredag", "d2026-11-27"), ("onsdag", "d2026-12-02"), ("d. 1.", "d2026-12-01"), ("den 1", "d2026-12-01"),
        ("d 30", "d2026-11-30"), ("den 25.", "d2026-12-25"), ("d. 31.", "d2026-12-31"),
        ("sidst på måneden", "d2026-11-30"), ("den sidste", "d2026-11-30"), ("løn den sidste", "d2026-11-30"),
        ("ultimo", "d2026-11-30"), ("sidst i december", "d2026-12-31"), ("om 14 dage", "d2026-12-09"),
        ("om 3 dage", "d2026-11-28"), ("om en uge", "d2026-12-02"), ("i morgen", "d2026-11-26"),
        ("imorgen", "d2026-11-26"), ("i overmorgen", "d2026-11-27"), ("i dag", "d2026-11-25"),
        ("i går", "d2026-11-24"), ("betalt igår", "d2026-11-24"), ("for 3 dage siden", "d2026-11-22"),
        ("for en uge siden", "d2026-11-18"), ("i fredags", "d2026-11-20"), ("sidste fredag", "d2026-11-20"),
        ("fredag i næste uge", "d2026-12-04"), ("den femtende", "d2026-12-15"), ("den første", "d2026-12-01"),
        ("fredag d. 27", "d2026-11-27"), ("d. 1. i næste måned", "d2026-12-01"), ("15. dec.", "d2026-12-15"),
        ("d 15 i 12", "d2026-12-15"), ("14/3", "d2027-03-14"), ("d. 14. marts 1985", "d1985-03-14"),
        ("14.03.85", "d1985-03-14"), ("1/12-26", "d2026-12-01"), ("d. 1/12 2026", "d2026-12-01"),
        ("har betalt d. 1/11", "d2026-11-01"), ("betalte d. 20", "d2026-11-20"),
        ("skal have betalt d. 20", "d2026-12-20"), ("den 29/2", "d2028-02-29"), ("tomorrow", "d2026-11-26"),
        ("fra d. 1. januar", "d2027-01-01"), ("torsdag d. 3. december", "d2026-12-03"), ("hver den 1.", ""),
        ("d. 5 hver måned", ""), ("hver fredag", ""), ("om fredagen", ""), ("næste md", ""), ("snart", ""),
        ("når jeg får løn", ""), ("den første betaling", ""), ("den sidste rate", ""), ("31/2", ""),
        ("1/2 husleje", ""), ("2 måneders husleje", ""),
    ],
)  # fmt: skip
def test_days_are_resolved_from_the_day_the_sms_came(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("efter 12", "t12:00"), ("ring efter 15", "t15:00"), ("om formiddagen", "tforenoon"),
        ("i aften", "d2026-11-25 tevening"), ("i morgen formiddag", "d2026-11-26 tforenoon"),
        ("mandag morgen", "d2026-11-30 tmorning"), ("kl halv 4", "t15:30"), ("kl. 9", "t09:00"),
        ("kl 15.30", "t15:30"), ("i dag kl 14:30", "d2026-11-25 t14:30"), ("ved 15 tiden", "t15:00"),
        ("i aften kl 7", "d2026-11-25 tevening t19:00"), ("mellem 10 og 12", "t10:00 t12:00"),
        ("kl 9-12", "t09:00 t12:00"), ("tomorrow after 5 pm", "d2026-11-26 t17:00"), ("godmorgen", ""),
        ("god aften", ""), ("kl. 10.12", "t10:12"),
    ],
)  # fmt: skip
def test_times_and_parts_of_the_day(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over 6 måneder", "i6"), ("i 4 rater", "i4"), ("over et halvt år", "i6"), ("over et år", "i12"),
        ("kan jeg dele det op i 3", "i3"), ("500 kr om måneden i 10 måneder", "a500 i10"),
        ("jeg har ventet i over 6 måneder", ""), ("syg i 6 måneder", ""), ("alene med 2 børn", "c2"),
        ("jeg har tre unger hjemme", "c3"), ("alene med en søn og en datter", "c2"), ("2 børn på 3 og 5 år", "c2"),
        ("mine børn", ""), ("ring på 12 34 56 78", "p+4512345678"), ("+45 11 11 40 27", "p+4511114027"),
        ("tlf 11114027", "p+4511114027"), ("+46701234567", "p+46701234567"),
    ],
)  # fmt: skip
def test_counts_and_phone_numbers(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d. 01.12.26 4500 kr", "d2026-12-01 a4500"),
        ("3.000 på mandag og resten den 15.", "a3000 d2026-11-30 d2026-12-15"), ("4500 d.1", "a4500 d2026-12-01"),
        ("1000 kr d. 1 og 1000 kr d. 15", "a1000 d2026-12-01 d2026-12-15"),
        ("ring i morgen efter 12 på 11 11 40 27", "d2026-11-26 t12:00 p+4511114027"),
        ("3/12 2500 kr", "d2026-12-03 a2500"), ("har betalt i fredags 4500 kr", "d2026-11-20 a4500"),
        ("torsdag d. 3. december kl. 15", "d2026-12-03 t15:00"),
    ],
)  # fmt: skip
def test_several_values_come_in_the_order_said_and_none_twice(text, expected):
    assert said(text) == expected


@given(_ANY_DAY, st.integers(0, 6))
def test_a_weekday_is_the_next_one_strictly_after_today(today, weekday):
    day = date.fromisoformat(said(f"på {_WEEKDAYS[weekday]}", today)[1:])
    assert (day.weekday(), 1 <= (day - today).days <= 7) == (weekday, True)


@given(_ANY_DAY, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_such_day_that_exists(today, number):
    day = date.fromisoformat(said(f"d. {number}.", today)[1:])
    between = (today + timedelta(days=n) for n in range(1, (day - today).days))
    assert day.day == number
    assert day > today
    assert all(other.day != number for other in between)


@given(_ANY_DAY)
def test_the_last_is_the_last_day_of_a_month_and_lies_ahead(today):
    day = date.fromisoformat(said("betaler den sidste", today)[1:])
    assert (day + timedelta(days=1)).day == 1
    assert 1 <= (day - today).days <= 31


@given(_ANY_DAY, _ANY_DAY)
def test_a_written_out_day_is_itself(today, day):
    assert said(f"d. {day.day}/{day.month} {day.year}", today) == f"d{day}"


@given(_ANY_DAY, st.integers(1, 12), st.data())
def test_a_day_and_month_lie_within_the_coming_year(today, month, data):
    number = data.draw(st.integers(1, calendar.monthrange(2023, month)[1]))
    day = date.fromisoformat(said(f"{number}/{month}", today)[1:])
    assert (day.day, day.month, 0 <= (day - today).days <= 366) == (number, month, True)


@given(_ANY_DAY, st.integers(1, 300))
def test_days_ahead_and_days_ago_are_counted(today, n):
    assert said(f"om {n} dage", today) == f"d{today + timedelta(days=n)}"
    assert said(f"for {n} dage siden", today) == f"d{today - timedelta(days=n)}"


@given(st.integers(100, 999_999))
def test_an_amount_is_the_same_however_it_is_written(kroner):
    dotted = f"{kroner:,}".replace(",", ".")
    for text in (f"{kroner} kr", f"{dotted} kr.", f"{dotted},-", f"kr {dotted}", f"{dotted},50 kr", f"{kroner} kroner"):
        assert said(text) == f"a{kroner}"


@given(st.text(max_size=300), st.dates())
def test_any_text_on_any_day_can_be_read(text, today):
    assert isinstance(read_values(text, today), tuple)


@given(st.text(alphabet="0123456789 .,-/:krdmenbohøstua", max_size=80), st.dates())
def test_any_heap_of_digits_can_be_read(text, today):
    assert isinstance(read_values(text, today), tuple)
