"""Writes docs/benchmarks.md: one section a subject, each replaced by itself when it is measured again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.charts import Picture
from bench.machine import machine

HEAD = """# Benchmarks

Written by `make bench`, section by section (`make bench ONLY=understanding`); not by hand. The times are those of the
machine that is named, with nothing else to do. The tests check that this can be measured, never how long it takes.

*Start*, *Load* and *Live streams* start the service as an operator does (`redningskrans serve`, or `web` and `worker`),
on an empty SQLite file or a PostgreSQL server of its own, and reach it by HTTP alone. Who writes, and the gateway that
takes the answers, are programs of ours on the same cores; what they cost is told. Where something was asked for, it
stands beside what came, met or not.
"""


@dataclass(frozen=True)
class Table:
    """Figures with a heading over each column; the first column names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.columns, rule, *self.rows))


@dataclass(frozen=True)
class Section:
    """One subject's part of the page: a title, and sentences, tables and pictures under it."""

    title: str
    parts: Sequence[str | Table | Picture]


def write(page: Path, subject: str, section: Section) -> None:
    """Put the section in its old place, or at the end; the others stay as they are."""
    text = page.read_text(encoding="utf-8") if page.exists() else HEAD
    first, last = f"<!-- {subject} -->", f"<!-- end of {subject} -->"
    parts = "\n\n".join(str(part) for part in (f"## {section.title}", machine(), *section.parts))
    block = f"{first}\n{parts}\n{last}"
    old = re.compile(f"{re.escape(first)}.*?{re.escape(last)}", re.DOTALL)
    text = old.sub(lambda _: block, text) if old.search(text) else f"{text}\n{block}\n"
    pictures = page.parent / "pictures" / "bench"
    pictures.mkdir(parents=True, exist_ok=True)
    for picture in (part for part in section.parts if isinstance(part, Picture)):
        (pictures / f"{picture.name}.svg").write_text(picture.svg, encoding="utf-8")
    page.write_text(text, encoding="utf-8")
