"""Days on which nothing may be started, reckoned by hand and not by the product's calendar, which is what is checked.

Public holidays: Danish folkekirke's feast days by Easter, 1 January, 25 and 26 December (Store Bededag ended with lov
nr. 214 of 6.3.2023); 24 and 31 December, 1 May and 5 June by the product's contract. Pure.
"""

from __future__ import annotations

from datetime import date, timedelta

#: Days from Easter Sunday: Maundy Thursday, Good Friday, Easter, Ascension, Whitsun.
_FEASTS = (-3, -2, 0, 1, 39, 49, 50)
_FIXED = ((1, 1), (5, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))


def easter(year: int) -> date:
    """Easter Sunday, by the rule of Meeus, Jones and Butcher."""
    century, of_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_off(day: date) -> bool:
    """True on a Saturday, a Sunday and a day off."""
    feasts = {easter(day.year) + timedelta(days=away) for away in _FEASTS}
    return day.weekday() >= 5 or (day.month, day.day) in _FIXED or day in feasts
