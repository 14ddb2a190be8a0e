"""A file before anything happens: what cannot be read, who gets no SMS and why, the texts, the price, the way on.

The rows are taken where nobody sees it, the wave is looked at as it stands then, and all of it is taken back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.case_rows import CaseRow, RowError
from bot.db import Database
from bot.intake import Report, Tried, try_out
from bot.models import Organisation
from bot.organisations import read_settings
from bot.wave_desk import WaveDesk
from handoff.saying import later, said
from handoff.wave_summary import Summary, summarise
from handoff.wave_words import SMS, Stop, stops

#: Some sheets take the wide forms of = @ + - for the same.
_UNSAFE = ("=", "@", "\t", "\r", "\uff1d", "\uff20", "\uff0b", "\uff0d")
_COUNTED = (
    *(("created", later("nye")), ("updated", later("ændret")), ("reopened", later("åbnet igen"))),
    *(("settled", later("betalt")), ("unchanged", later("uændret"))),
)
_NUMBER = re.compile(r"[+-][0-9][0-9 .,]*")


@dataclass(frozen=True, slots=True)
class Check:
    """What an adviser reads before taking a file."""

    report: Report
    summary: Summary
    stops: tuple[Stop, ...]
    others: int  #: SMS of the same wave to people who are not in the file
    needs_release: bool
    month: str

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.report.taken + self.report.rejected

    @property
    def counts(self) -> str:
        """60 nye, 2 betalt"""
        told = ((getattr(self.report, name), words) for name, words in _COUNTED)
        return ", ".join(f"{number} {said(words)}" for number, words in told if number) or said("ingen sager")


def check_rows(
    db: Database, desk: WaveDesk, organisation_id: int, rows: Sequence[CaseRow | list[RowError]], now: datetime
) -> Check:
    """Look at what these rows would come to; nothing is kept."""
    return try_out(
        db, organisation_id, rows, now, lambda session, tried: _check(session, desk, organisation_id, tried, now)
    )


def _check(session: Session, desk: WaveDesk, organisation_id: int, tried: Tried, now: datetime) -> Check:
    organisation = session.get_one(Organisation, organisation_id)
    settings = read_settings(organisation.settings)
    preview = desk.preview(session, organisation, now)
    cases = {done.case.id: (done.case.resident.name, done.case.case_ref) for done in tried.written}
    known = {
        done.case.id: "closed" if done.case.status == "closed" else "settled"
        for done in tried.written
        if done.case.status != "open"
    }
    summary = summarise(preview, settings.segment_price, cases, known)
    written_to = {contact.case_id for contact in preview.contacts if contact.kind == SMS}
    deadlines = Counter(done.case.deadline for done in tried.written if done.case.id in written_to)
    return Check(
        report=tried.report,
        summary=summary,
        stops=stops(desk.rungs(organisation, summary.usual_at, deadlines.most_common(1)[0][0]), now.date())
        if summary.usual_at is not None and deadlines
        else (),
        others=len(written_to - cases.keys()),
        needs_release=settings.release == "second_person",
        month=preview.month,
    )


def rejected_table(
    headings: Sequence[str], cells: Mapping[int, Sequence[str]], errors: Iterable[RowError]
) -> list[list[str]]:
    """The rejected rows as they stand in the file, each with its number and what is wrong; safe to open in a sheet."""
    wrong: dict[int, list[str]] = {}
    for error in errors:
        wrong.setdefault(error.row, []).append(str(error))
    width = len(headings)
    rows = [
        [*(_safe(cell) for cell in (*cells.get(number, ()), *[""] * width)[:width]), str(number), " ".join(words)]
        for number, words in sorted(wrong.items())
    ]
    return [[*(_safe(heading) for heading in headings), "række i filen", "fejl"], *rows]


def _safe(cell: str) -> str:
    """What a sheet would take for a formula is text; a number with its sign is left."""
    is_formula = cell.startswith(_UNSAFE) or (cell.startswith(("+", "-")) and not _NUMBER.fullmatch(cell))
    return f"'{cell}" if is_formula else cell
