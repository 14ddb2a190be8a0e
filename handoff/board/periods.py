"""The periods of the board: a wave's month, a quarter, a year, or months of one's own choice; the one before. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])")
_YEAR = re.compile(r"20[0-9]{2}")
#: Own months, at most.
MOST = 24
NAMES = tuple("januar februar marts april maj juni juli august september oktober november december".split())  # noqa: SIM905  a table to read


@dataclass(frozen=True, slots=True)
class Period:
    """Some months one after the other; ``name`` is what stands in an address."""

    name: str
    months: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first month."""
        return self.months[0]

    @property
    def last(self) -> str:
        """The last month."""
        return self.months[-1]

    @property
    def words(self) -> str:
        """november 2026 · 4. kvartal 2026 · 2026 · juni til november 2026"""
        if _YEAR.fullmatch(self.name):
            return self.name
        if found := _QUARTER.fullmatch(self.name):
            return f"{found[2]}. kvartal {found[1]}"
        if len(self.months) == 1:
            return month_words(self.first)
        is_one_year = self.first[:4] == self.last[:4]
        begin = NAMES[int(self.first[5:]) - 1] if is_one_year else month_words(self.first)
        return f"{begin} til {month_words(self.last)}"

    @property
    def before(self) -> Period:
        """As long, just before: the month, the quarter, the year, or so many months."""
        if _YEAR.fullmatch(self.name):
            return year(int(self.name) - 1)
        months = span(shifted(self.first, -len(self.months)), shifted(self.first, -1))
        if found := _QUARTER.fullmatch(self.name):
            number, of_year = int(found[2]), int(found[1])
            name = f"{of_year}-Q{number - 1}" if number > 1 else f"{of_year - 1}-Q4"
            return Period(name, months)
        return Period(months[0] if len(months) == 1 else f"{months[0]}--{months[-1]}", months)


def read_period(name: str) -> Period | None:
    """A period by its name; None for what is none."""
    if _MONTH.fullmatch(name):
        return Period(name, (name,))
    if found := _QUARTER.fullmatch(name):
        first = f"{found[1]}-{int(found[2]) * 3 - 2:02}"
        return Period(name, span(first, shifted(first, 2)))
    if _YEAR.fullmatch(name):
        return year(int(name))
    first, _, last = name.partition("--")
    return own_months(first, last)


def own_months(first: str, last: str) -> Period | None:
    """From one month to another, both counted; None where that is no period, or too long a one."""
    if not (_MONTH.fullmatch(first) and _MONTH.fullmatch(last) and first <= last):
        return None
    months = span(first, last)
    if len(months) > MOST:
        return None
    return Period(first if first == last else f"{first}--{last}", months)


def year(number: int) -> Period:
    """A calendar year."""
    return Period(str(number), span(f"{number}-01", f"{number}-12"))


def quarter_of(month: str) -> Period:
    """The quarter a month lies in."""
    found = read_period(f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}")
    assert found is not None  # noqa: S101  a month has a quarter
    return found


def shifted(month: str, by: int) -> str:
    """The month so many later."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04}-{count % 12 + 1:02}"


def span(first: str, last: str) -> tuple[str, ...]:
    """All months from one to another."""
    months = [first]
    while months[-1] < last:
        months.append(shifted(months[-1], 1))
    return tuple(months)


def month_words(month: str) -> str:
    """november 2026"""
    return f"{NAMES[int(month[5:]) - 1]} {month[:4]}"


def short_words(month: str) -> str:
    """nov."""
    name = NAMES[int(month[5:]) - 1]
    return name if len(name) < 4 else f"{name[:3]}."
