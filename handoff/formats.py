"""Money as Danes write it, and time in the reader's language: 8.450,50 kr. · i dag 8.12 · torsdag d. 3. december."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from handoff.saying import DANISH, reader_language, said

_NBSP = "\N{NO-BREAK SPACE}"


def kroner(ore: int) -> str:
    """An amount of øre: whole kroner without decimals, else with two."""
    pattern = "#,##0.00" if ore % 100 else "#,##0"
    return f"{format_decimal(Decimal(ore) / 100, format=pattern, locale='da')}{_NBSP}kr."


def address_lines(street: str, postal_code: str, city: str) -> tuple[str, ...]:
    """Street, then postal code and town; without what is not known."""
    return tuple(filter(None, (street.strip(), f"{postal_code} {city}".strip())))


def clock(at: datetime) -> str:
    """8.12"""
    return f"{at.hour}.{at.minute:02}"


def day(on: date, today: date) -> str:
    """i dag, i går, i morgen, else 27. nov. (with the year when it is another)"""
    near = {0: said("i dag"), -1: said("i går"), 1: said("i morgen")}.get((on - today).days)
    if near:
        return near
    return _date(on, said("d. MMM") if on.year == today.year else said("d. MMM y"))


def moment(at: datetime, now: datetime) -> str:
    """i dag 8.12 · i går 14.31 · man. 14.20 within a week · 27. nov. 9.05"""
    days = (now.date() - at.date()).days
    if 1 < days < 7:
        return f"{_date(at.date(), 'EEE')} {clock(at)}"
    return f"{day(at.date(), now.date())} {clock(at)}"


def short_moment(at: datetime, now: datetime) -> str:
    """Only the time for today, else only the day: when a fact was told."""
    return clock(at) if at.date() == now.date() else day(at.date(), now.date())


def full_day(on: date) -> str:
    """torsdag d. 3. december"""
    return _date(on, said("EEEE 'd.' d. MMMM"))


def weekday(on: date) -> str:
    """torsdag 3. dec."""
    return _date(on, said("EEEE d. MMM"))


def day_heading(on: date, today: date) -> str:
    """A separator in the thread: I dag · I går · Torsdag d. 3. december (and the year when it is another)"""
    near = {0: said("I dag"), 1: said("I går")}.get((today - on).days)
    if near:
        return near
    words = full_day(on) + ("" if on.year == today.year else f" {on.year}")
    return words[:1].upper() + words[1:]


def initials(name: str) -> str:
    """ML for Mette Lind; one letter for one name."""
    parts = name.split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else "?"


def first_name(name: str) -> str:
    """What a colleague is called."""
    return name.split()[0] if name.split() else name


def genitive(name: str) -> str:
    """Lines, Jens', Max'; Line's in another language than Danish."""
    if reader_language() != DANISH:
        return f"{name}'s"
    return name + ("'" if name[-1:].lower() in {"s", "x", "z"} else "s")


def _date(on: date, pattern: str) -> str:
    return format_date(on, pattern, locale=reader_language())
