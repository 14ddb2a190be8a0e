"""One row of cases, from a file or the API: a ``CaseRow``, or what is wrong with it and what to do. Pure.

A column that is not there, or an empty cell, is ``None``: "not told", which never erases what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from bot.case_cells import (
    STAGES,
    Cell,
    clean,
    fold,
    quote,
    read_amount,
    read_birth_day,
    read_day,
    read_language,
    read_stage,
)
from bot.cell_hints import about_day, about_sum
from bot.nlu.masking import mask_cpr
from bot.sms import read_phone

#: English name (also the API's) to the Danish heading.
COLUMNS = {
    "case_ref": "sagsnr", "name": "navn", "phone": "telefon", "arrears": "restance", "deadline": "frist",
    "received": "modtaget", "stage": "trin", "eviction_date": "fogeddato", "address": "adresse",
    "postal_code": "postnr", "city": "by", "municipality": "kommune", "department": "afdeling",
    "tenancy_ref": "lejemål", "birth_day": "fødselsdag", "language": "sprog", "rent": "leje",
}  # fmt: skip
REQUIRED = ("case_ref", "name", "arrears")
MOST_ORE = 1_000_000_00
#: A system may announce cases ahead; further off it is a slip of the pen.
_FAR_AHEAD = timedelta(days=90)
#: How many days a resident has when no deadline is told.
DEADLINE_DAYS = 8

_BY_HEADING = {fold(heading): name for name, danish in COLUMNS.items() for heading in (name, danish)}
_LENGTHS = {
    "case_ref": 80, "name": 200, "address": 200, "postal_code": 10, "city": 80, "municipality": 80,
    "department": 120, "tenancy_ref": 80,
}  # fmt: skip
_HOW_SUM = "Skriv fx 8450,50."
_HOW_DAY = "Skriv fx 27-11-2026."
_HOW_STAGE = f"Skriv {', '.join(STAGES[:-1])} eller {STAGES[-1]}."
_HOW_BIRTHDAY = "Skriv dag og måned, fx 14-03. Sagen tages uden."
_HOW_LANGUAGE = "Skriv fx da, en eller ar. Der skrives på dansk."

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row is not taken: its number as seen in the sheet, the column's heading as in the file, and what to do."""

    row: int
    column: str
    message: str
    case_ref: str = ""  #: of the row, so that a repeat of it is seen
    cell: str = ""  #: what is wrong, as a page shows it beside ``mending``: without a CPR number, not too long

    @property
    def mending(self) -> str:
        """The message for a page that shows the cell beside it."""
        quoted = f'"{self.cell}" '
        if self.cell and self.message.startswith(quoted):
            return f"{self.column[:1].upper()}{self.column[1:]} {self.message.removeprefix(quoted)}"
        return f"{self.message[:1].upper()}{self.message[1:]}"

    def __str__(self) -> str:
        where = f"Række {self.row}, {self.column}" if self.column else f"Række {self.row}"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row that can be taken. ``None`` is "not told"; money is øre."""

    row: int
    case_ref: str
    name: str
    arrears_ore: int
    phone: str | None = None
    phone_problem: str | None = None  #: missing, invalid or landline
    phone_cell: str = ""  #: quoted, for the notice
    received: date | None = None
    deadline: date | None = None
    stage: str | None = None
    eviction_date: date | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    municipality: str | None = None
    department: str | None = None
    tenancy_ref: str | None = None
    birth_day: str | None = None
    language: str | None = None
    rent_ore: int | None = None
    notices: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def error(self, column: str, message: str, cell: str = "") -> RowError:
        """What is wrong with this row after all, under the file's own heading."""
        return RowError(self.row, self.headings.get(column, COLUMNS[column]), message, self.case_ref, cell)


def column_of(heading: Cell) -> str | None:
    """The column that a heading names, in Danish or English; None for one that we do not know."""
    return _BY_HEADING.get(fold(clean(heading)))


def row_from_mapping(mapping: Mapping[str, Cell], today: date, *, row: int = 1) -> CaseRow | list[RowError]:
    """Read one case from headings (Danish or English) and cells; unknown headings are passed over."""
    return _Reader(mapping, row).read(today)


class _Reader:
    """Reads one row and collects what is wrong with it, so that all of it can be put right in one go."""

    def __init__(self, mapping: Mapping[str, Cell], row: int) -> None:
        named = {column: heading for heading in mapping if (column := column_of(heading))}
        self._headings = {column: clean(heading) for column, heading in named.items()}
        self._cells = {column: mapping[heading] for column, heading in named.items()}
        self._row = row
        self._errors: list[RowError] = []
        self._notices: list[str] = []
        self._case_ref = clean(self._cells.get("case_ref"))

    def read(self, today: date) -> CaseRow | list[RowError]:
        row = self._collect()
        self._check_days(row, today)
        return self._errors or replace(row, notices=tuple(self._notices))

    def _collect(self) -> CaseRow:
        phone = read_phone(clean(self._cells.get("phone"))[:200])
        texts = {name: self._text(name) for name in _LENGTHS if name not in REQUIRED}
        return CaseRow(
            row=self._row,
            case_ref=self._required("case_ref"),
            name=self._name(),
            arrears_ore=self._arrears(),
            phone=phone.number,
            phone_problem=phone.problem,
            phone_cell=quote(self._cells.get("phone")),
            received=self._day("received"),
            deadline=self._day("deadline"),
            eviction_date=self._day("eviction_date"),
            stage=self._value("stage", read_stage, "er ikke et trin", _HOW_STAGE),
            rent_ore=self._amount("rent"),
            birth_day=self._wish("birth_day", read_birth_day, "er ikke en fødselsdag", _HOW_BIRTHDAY),
            language=self._wish("language", read_language, "er ikke et sprog, vi kender", _HOW_LANGUAGE),
            notices=(),
            headings=self._headings,
            **texts,
        )

    def _reject(self, column: str, message: str) -> None:
        heading = self._headings.get(column, COLUMNS[column])
        cell = self._cells.get(column)
        shown = quote(cell)[1:-1] if clean(cell) else f"{heading} mangler"
        self._errors.append(RowError(self._row, heading, message, self._case_ref, shown))

    def _text(self, column: str) -> str | None:
        text, most = clean(self._cells.get(column)), _LENGTHS[column]
        if column != "case_ref":  # a reference may look like a CPR number and must stay what it is
            text = mask_cpr(text)[0]
        if len(text) > most:
            self._reject(column, f"{quote(text)} er for lang. Der er plads til {most} tegn.")
        return text or None

    def _required(self, column: str) -> str:
        text = self._text(column)
        if text is None:
            self._reject(column, "feltet er tomt. Det skal udfyldes.")
        return text or ""

    def _name(self) -> str:
        name = self._required("name")
        if name and not any(c.isalpha() for c in name):
            self._reject("name", f"{quote(name)} er ikke et navn. Skriv fornavn og efternavn.")
        return name

    def _arrears(self) -> int:
        if not clean(self._cells.get("arrears")):
            self._reject("arrears", f"feltet er tomt. {_HOW_SUM[:-1]}, eller 0 når alt er betalt.")
        return self._amount("arrears") or 0

    def _amount(self, column: str) -> int | None:
        amount = self._value(column, read_amount, "er ikke et beløb", about_sum(self._cells.get(column)) or _HOW_SUM)
        if amount is not None and amount < 0:
            self._reject(column, f"{quote(self._cells[column])} er under 0. Skriv 0, når der ikke mangler noget.")
        if amount is not None and amount > MOST_ORE:
            cell = quote(self._cells[column])
            self._reject(column, f"{cell} er over 1 million kr. Skriv beløbet i kroner, fx 8450,50.")
        return amount

    def _day(self, column: str) -> date | None:
        return self._value(column, read_day, "er ikke en dato", about_day(self._cells.get(column)) or _HOW_DAY)

    def _value(self, column: str, read: Callable[[Cell], _Read | None], wrong: str, how: str) -> _Read | None:
        """A cell that must be right when it is filled in."""
        cell = self._cells.get(column)
        if not clean(cell):
            return None
        value = read(cell)
        if value is None:
            self._reject(column, f"{quote(cell)} {wrong}. {how}")
        return value

    def _wish(self, column: str, read: Callable[[Cell], _Read | None], wrong: str, how: str) -> _Read | None:
        """A cell that the case can do without: a notice is enough."""
        cell = self._cells.get(column)
        value = read(cell) if clean(cell) else None
        if value is None and clean(cell):
            self._notices.append(f"Række {self._row}, {self._headings[column]}: {quote(cell)} {wrong}. {how}")
        return value

    def _check_days(self, row: CaseRow, today: date) -> None:
        if row.received and row.received > today + _FAR_AHEAD:
            self._reject("received", f"{quote(self._cells['received'])} ligger i fremtiden. Skriv den dag, sagen kom.")
        elif row.received and row.received > today + timedelta(days=1):
            waits = f"{quote(self._cells['received'])} ligger i fremtiden. Sagen tages og venter til den dag."
            self._notices.append(f"Række {self._row}, {self._headings['received']}: {waits}")
        if row.received is None and row.deadline and row.deadline < today and row.arrears_ore:
            gone = f"{quote(self._cells['deadline'])} er gået. Er sagen ny, så ring til beboeren i dag."
            self._notices.append(f"Række {self._row}, {self._headings['deadline']}: {gone}")
        if row.received and row.deadline and row.deadline < row.received:
            self._reject("deadline", deadline_too_early(row.deadline, row.received))


def deadline_too_early(deadline: date, received: date) -> str:
    """Why a deadline cannot be right."""
    return f"fristen {clean(deadline)} er før modtaget {clean(received)}. Ret en af datoerne."


def missing_columns(headings: Iterable[Any]) -> list[str]:
    """The Danish headings of the required columns that none of these names."""
    there = {column_of(heading) for heading in headings}
    return [COLUMNS[name] for name in REQUIRED if name not in there]
