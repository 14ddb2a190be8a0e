"""What is wrong with an XLSX before it is opened: its reader would lay out the whole paper up to the furthest cell, and
a process that cannot have the memory for it dies.

Every part is read, so that none is larger than it says, and every one that has cells is looked at, whatever its name.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from functools import lru_cache, reduce
from typing import Literal
from xml.parsers import expat

_MOST_CELLS = 5_000_000
_MOST_UNPACKED = 200 * 1024 * 1024
_PIECE = 64 * 1024
#: Other kinds of sheets, which the reader would try as well.
_OTHER_SHEETS = frozenset({"xl/workbook.bin", "content.xml"})
_PLACE = re.compile(r"([A-Za-z]*)([0-9]*)")
_UNPACKING = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
)

Wrong = Literal["broken", "too_much", "far_away"]


class _FarAwayError(Exception):
    """A cell stands where no case can."""


def wrong_with(data: bytes) -> Wrong | None:
    """Why this file is not to be opened; None when it may be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > _MOST_UNPACKED:
                return "too_much"
            if _OTHER_SHEETS & {part.filename.lower() for part in parts}:
                return "broken"
            for part in parts:
                _look_at(_content(archive, part))
    except _FarAwayError:
        return "far_away"
    except (*_UNPACKING, expat.ExpatError):
        return "broken"
    return None


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """In pieces: read in one go, what says that it is small is unpacked whole before anybody sees that it is not."""
    with archive.open(part) as file:
        return b"".join(iter(lambda: file.read(_PIECE), b""))


def _look_at(part: bytes) -> None:
    parser, corner = expat.ParserCreate(), _Corner()
    parser.StartElementHandler = corner.meet
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        if b"sheetData" in part:  # else it is a picture or the like, in which no reader finds a cell
            raise


def _refuse(*_: object) -> None:
    raise ValueError("no sheet declares a document type")


class _Corner:
    """How far the cells go, which may name their place or follow on the one before."""

    def __init__(self) -> None:
        self._row = self._column = self._rows = self._columns = 0

    def meet(self, name: str, attributes: dict[str, str]) -> None:
        """One element of the sheet."""
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif kind == "c":
            letters, number = _read(attributes.get("r", ""))
            self._row, self._column = number or self._row, letters or self._column + 1
        else:
            return
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows * self._columns > _MOST_CELLS:
            raise _FarAwayError


def _read(place: str) -> tuple[int, int]:
    """The column and row of "C12"; zero for what it does not tell."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise ValueError("not the place of a cell")
    return _column_number(found[1].upper()), int(found[2] or 0)


@lru_cache(maxsize=1000)
def _column_number(letters: str) -> int:
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)
