"""What may be meant by a cell that cannot be read: one Danish sentence more than "write it like this". Pure."""

from __future__ import annotations

import re
from calendar import monthrange

from bot.case_cells import Cell, clean, read_amount

_LOOK_ALIKE = {"O": "0", "o": "0", "l": "1", "I": "1"}
_AS_DIGITS = str.maketrans("OolI", "0011")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](2[0-9]{3})")
_MONTHS = (
    *("Januar", "Februar", "Marts", "April", "Maj", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "December"),
)


def about_sum(cell: Cell) -> str:
    """A letter that was typed for a digit: "8.4OO,00"."""
    text = clean(cell)
    letters = [letter for letter in _LOOK_ALIKE if letter in text]
    if not letters or len(text) > 20 or read_amount(text.translate(_AS_DIGITS)) is None:
        return ""
    return f"Der står bogstavet {letters[0]} i stedet for tallet {_LOOK_ALIKE[letters[0]]}."


def about_day(cell: Cell) -> str:
    """A day that its month does not have: "31-11-2026"."""
    found = _DAY_FIRST.fullmatch(clean(cell))
    if not found or not 1 <= int(found[2]) <= 12:
        return ""
    month, year = int(found[2]), int(found[3])
    days = monthrange(year, month)[1]
    of_year = f" {year}" if month == 2 else ""
    return f"{_MONTHS[month - 1]}{of_year} har {days} dage." if int(found[1]) > days else ""
