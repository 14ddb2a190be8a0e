"""The instalments of a payment plan: each with its day and its sum. Pure.

They fall on the same day of each month as the first one; a month that has no such day pays on its last.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan; ``number`` counts from 1."""

    number: int
    day: date
    amount_ore: int


def instalments(monthly_ore: int, count: int, first: date, total_ore: int | None = None) -> tuple[Instalment, ...]:
    """All payments in order; the last one is what is left of the total (when it is known)."""
    total = monthly_ore * count if total_ore is None else total_ore
    last = max(0, total - monthly_ore * (count - 1))
    return tuple(
        Instalment(number, month_after(first, number - 1), monthly_ore if number < count else last)
        for number in range(1, count + 1)
    )


def month_after(first: date, months: int) -> date:
    """The same day so many months later; the last day of a month that is too short for it."""
    year, index = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, index + 1, min(first.day, monthrange(year, index + 1)[1]))


def next_one(payments: Iterable[Instalment], today: date) -> Instalment | None:
    """The first payment whose day has not gone by."""
    return next((payment for payment in payments if payment.day >= today), None)
