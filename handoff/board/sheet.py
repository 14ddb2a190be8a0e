"""The board as a file for a spreadsheet: semicolons, Danish headings, UTF-8 with its mark, no cell reckons. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """One picture in words: what a screen reader reads, what is printed, what stands in the file."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_csv(about: Sequence[str], tables: Iterable[Table]) -> bytes:
    """All tables under each other; the first column says of which table a line is."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
    write([safe(cell) for cell in about])
    for table in tables:
        write([])
        write([safe(cell) for cell in ("Tabel", *table.head)])
        for row in table.rows:
            write([safe(cell) for cell in (table.title, *row)])
    return out.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula: a name in it must not become one."""
    plain = cell.replace("\N{NO-BREAK SPACE}", " ")
    return f"'{plain}" if plain.startswith(_BEGINS_A_FORMULA) else plain
