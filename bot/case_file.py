"""Reads a file of cases, CSV or XLSX, from a path or as it was laid up, into rows.

What makes the whole file unreadable is one Danish sentence. Nothing is guessed: UTF-8 or else Windows-1252, semicolon
or comma, Danish or English headings.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from bot.case_cells import Cell, clean, quote
from bot.case_rows import CaseRow, RowError, column_of, missing_columns, row_from_mapping
from bot.sheet_check import Wrong, wrong_with

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
_MOST_NAMED = 30

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf", b"SQLite format", b"\x7fELF")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATOR_LINE = re.compile(r"\A\ufeff?sep=.\r?\n", re.IGNORECASE)
_EMPTY = "Filen er tom. Den skal have en linje med overskrifter og en række for hver sag."
_TOO_MANY = "Filen har flere end 50.000 rækker. Del den i flere."
_BROKEN = "Filen er ikke et helt Excel-ark. Åbn den i Excel, og gem den igen som .xlsx."
_NOT_OPENED: Mapping[Wrong, str] = {
    "broken": _BROKEN,
    "too_much": "Arket fylder for meget, når det pakkes ud. Slet det, der ikke er sager.",
    "far_away": "Arket har celler langt uden for sagerne. Slet dem, eller gem arket som CSV.",
}
_TOO_WIDE = (
    "der er flere celler end overskrifter. Et beløb eller en adresse har måske et skilletegn i sig: "
    "sæt cellen i anførselstegn."
)


class CaseFileError(Exception):
    """The file cannot be taken at all; the message says why, and what to do, in Danish."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The rows in order, each ready to be taken or with what is wrong with it, and what should be known besides."""

    rows: tuple[CaseRow | list[RowError], ...]
    notices: tuple[str, ...]
    headings: tuple[str, ...] = ()
    cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)  #: of each row, by its number


def read_case_file(path: Path, today: date) -> CaseFile:
    """Read the file; raises CaseFileError."""
    return read_case_bytes(_bytes(path), today)


def read_case_bytes(data: bytes, today: date) -> CaseFile:
    """Read what stands in a file; raises CaseFileError."""
    _check(data)
    notices: list[str] = []
    table = _xlsx_rows(data, notices) if data.startswith(_ZIP) else _csv_rows(data)
    filled = (
        (number, cells) for number, cells in enumerate(table, 1) if any(cell != "" and clean(cell) for cell in cells)
    )
    first = next(filled, None)
    if first is None:
        raise CaseFileError(_EMPTY)
    headings = first[1]
    columns = _columns(headings, notices)
    table_rows = list(_limited(filled))
    rows = tuple(_read_row(cells, number, headings, columns, today) for number, cells in table_rows)
    if not rows:
        raise CaseFileError("Filen har overskrifter, men ingen sager.")
    told = {number: tuple(clean(cell) for cell in cells) for number, cells in table_rows}
    return CaseFile(rows, tuple(notices), tuple(clean(heading) for heading in headings), told)


def _bytes(path: Path) -> bytes:
    name = quote(path.name)
    try:
        if not path.exists():
            raise CaseFileError(f"Der er ingen fil med navnet {name}.")
        if not path.is_file():
            raise CaseFileError(f"{name} er ikke en fil. Vælg en fil, der slutter på .csv eller .xlsx.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CaseFileError(f"Filen {name} kan ikke læses ({type(error).__name__}).") from error
    return data


def _check(data: bytes) -> None:
    if not data.strip():
        raise CaseFileError(_EMPTY)
    if len(data) > MOST_BYTES:
        raise CaseFileError("Filen er større end 20 MB. Del den i flere.")
    _check_kind(data)


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLE):
        raise CaseFileError(
            "Filen er et gammelt Excel-ark (.xls) eller har adgangskode. Gem den som .xlsx uden adgangskode."
        )
    if data.startswith(_UTF16):
        raise CaseFileError('Filen er gemt som Unicode-tekst (UTF-16). Gem den som "CSV UTF-8" eller .xlsx.')
    start = data[:4096]
    odd = sum(byte < 9 or 13 < byte < 32 for byte in start)
    if data.startswith(_OTHER_KINDS) or (odd * 10 > len(start) and not data.startswith(_ZIP)):
        raise CaseFileError("Filen er hverken CSV eller XLSX. Gem arket som .csv eller .xlsx.")


def _limited(rows: Iterable[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise CaseFileError(_TOO_MANY)
        yield row


def _csv_rows(data: bytes) -> Iterator[list[Cell]]:
    text = _SEPARATOR_LINE.sub("", _decoded(data)).removeprefix("\ufeff").replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    read = 0
    try:
        for cells in reader:
            read += 1
            yield list(cells)
    except csv.Error as error:
        why = 'et anførselstegn (") mangler sin makker, eller en celle er alt for lang'
        raise CaseFileError(f"Række {read + 1} kan ikke læses: {why}.") from error


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # what is no UTF-8 is Windows-1252, or nothing that we take
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise CaseFileError('Filens tegn er hverken UTF-8 eller Windows-1252. Gem den som "CSV UTF-8".') from error


def _delimiter(text: str) -> str:
    """The one with which the first line names more of our columns."""
    line = next((line for line in text.splitlines() if line.strip(' ;,"')), "")

    def known(delimiter: str) -> int:
        return sum(column_of(heading.strip('"')) is not None for heading in line.split(delimiter))

    return max((";", ","), key=known)


def _xlsx_rows(data: bytes, notices: list[str]) -> Iterator[list[Cell]]:
    _check_sheet(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        sheets = (book.get_sheet_by_name(name) for name in names)
        sheet = next((sheet for sheet in sheets if sheet.total_height), None)
        rows = sheet.to_python(skip_empty_area=False) if sheet else []
    except (CalamineError, OSError, ValueError, KeyError, IndexError) as error:
        raise CaseFileError(_BROKEN) from error
    if sheet and len(names) > 1:
        notices.append(f"Kun arket {quote(sheet.name)} er læst. De andre ark i filen er ikke.")
    yield from rows


def _check_sheet(data: bytes) -> None:
    wrong = wrong_with(data)
    if wrong is not None:
        raise CaseFileError(_NOT_OPENED[wrong])


def _columns(headings: list[Cell], notices: list[str]) -> dict[int, str]:
    """The place of each column that we know; the others are told of."""
    said = [clean(heading) for heading in headings]
    found = [(place, column) for place, heading in enumerate(said) if (column := column_of(heading))]
    missing = missing_columns(said)
    if missing:
        names = " og ".join(f'"{name}"' for name in missing)
        word = "Kolonnen" if len(missing) == 1 else "Kolonnerne"
        raise CaseFileError(f"{word} {names} mangler. Fundne overskrifter: {_listed(said)}.")
    for place, column in found:
        first = next(other for other, same in found if same == column)
        if first != place:  # which of two phones is the resident's is not ours to guess
            raise CaseFileError(f"Kolonnerne {quote(said[first])} og {quote(said[place])} er den samme. Slet den ene.")
    unknown = [heading for place, heading in enumerate(said) if heading and place not in dict(found)]
    if unknown:
        notices.append(f"Disse kolonner kendes ikke og bruges ikke: {_listed(unknown)}.")
    return dict(found)


def _listed(headings: list[str]) -> str:
    named = [quote(heading)[1:-1] for heading in headings if heading]
    more = f" og {len(named) - _MOST_NAMED} til" if len(named) > _MOST_NAMED else ""
    return (", ".join(named[:_MOST_NAMED]) or "ingen") + more


def _read_row(
    cells: list[Cell], number: int, headings: list[Cell], columns: dict[int, str], today: date
) -> CaseRow | list[RowError]:
    if any(clean(cell) for cell in cells[len(headings) :]):
        return [RowError(number, "", _TOO_WIDE)]
    mapping = {clean(headings[place]): cells[place] if place < len(cells) else None for place in columns}
    return row_from_mapping(mapping, today, row=number)
