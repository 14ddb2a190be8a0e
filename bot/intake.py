"""Cases in, from a file or the API: made, updated, opened again or settled by ``case_ref``; one commit a chunk.

A second import of the same changes nothing, so that an import that died is simply run again. The values of rows are
personal data: they are in the report, never in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.case_aftermath import follow_up
from bot.case_changes import What, Written, write_row
from bot.case_ledger import Ledger
from bot.case_rows import CaseRow, RowError, row_from_mapping
from bot.db import Database

__all__ = ["CaseRow", "Report", "RowError", "row_from_mapping", "take"]

log = structlog.get_logger()

_CHUNK = 500
#: Another import of the same cases at the same moment is seen on the second try.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do (``dry_run``). Every row is in exactly one of the counts."""

    created: int = 0
    updated: int = 0
    reopened: int = 0
    settled: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: tuple[RowError, ...] = ()
    notices: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def taken(self) -> int:
        """How many rows were taken."""
        return self.created + self.updated + self.reopened + self.settled + self.unchanged


@dataclass(slots=True)
class _Tally:
    counts: Counter[What] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    notices: list[tuple[int, str]] = field(default_factory=list)


def take(
    db: Database,
    organisation_id: int,
    rows: Iterable[CaseRow | list[RowError]],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Report:
    """Take the rows that can be taken and say what is wrong with the others."""
    tally = _Tally()
    good = list(_first_of_each(rows, tally))
    for chunk in _chunks(good):
        done = _take_chunk(db, organisation_id, chunk, now, dry_run)
        tally.counts += done.counts
        tally.errors += done.errors
        tally.notices += done.notices
    report = _report(tally, dry_run)
    if not dry_run:
        log.info(
            "Cases were imported",
            action="cases_imported",
            organisation=organisation_id,
            taken=report.taken,
            rejected=report.rejected,
        )
    return report


def _first_of_each(rows: Iterable[CaseRow | list[RowError]], tally: _Tally) -> Iterator[CaseRow]:
    """The readable rows; a later one of the same case is rejected, whether or not the first can be taken."""
    seen: dict[str, int] = {}
    for row in rows:
        case_ref, number = (row.case_ref, row.row) if isinstance(row, CaseRow) else (row[0].case_ref, row[0].row)
        first = seen.get(case_ref)
        if case_ref:
            seen.setdefault(case_ref, number)
        if isinstance(row, list):
            tally.errors += row
        elif first is not None:
            message = f"{row.case_ref} står i både række {first} og række {number}. Lad kun én af dem blive stående."
            tally.errors.append(row.error("case_ref", message))
        else:
            tally.notices += [(number, notice) for notice in row.notices]
            yield row


def _chunks(rows: Iterable[CaseRow]) -> Iterator[list[CaseRow]]:
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk


def _take_chunk(db: Database, organisation_id: int, rows: Sequence[CaseRow], now: datetime, dry_run: bool) -> _Tally:
    for _ in range(_TRIES - 1):
        try:
            return _write_chunk(db, organisation_id, rows, now, dry_run)
        except (IntegrityError, OperationalError):
            continue
    return _write_chunk(db, organisation_id, rows, now, dry_run)


def _write_chunk(db: Database, organisation_id: int, rows: Sequence[CaseRow], now: datetime, dry_run: bool) -> _Tally:
    with db.write() as session:
        tally = _write(session, organisation_id, rows, now)
        if dry_run:
            session.rollback()
    return tally


def _write(session: Session, organisation_id: int, rows: Sequence[CaseRow], now: datetime) -> _Tally:
    tally = _Tally()
    written: list[Written] = []
    with session.no_autoflush:
        ledger = Ledger(session, organisation_id, rows, now)
        for row in rows:
            done = write_row(ledger, row)
            if isinstance(done, RowError):
                tally.errors.append(done)
            else:
                written.append(done)
    session.flush()
    tally.counts.update(done.what for done in written)
    tally.notices += follow_up(ledger, written)
    return tally


def _report(tally: _Tally, dry_run: bool) -> Report:
    return Report(
        created=tally.counts["created"],
        updated=tally.counts["updated"],
        reopened=tally.counts["reopened"],
        settled=tally.counts["settled"],
        unchanged=tally.counts["unchanged"],
        rejected=len({error.row for error in tally.errors}),
        errors=tuple(sorted(tally.errors, key=lambda error: error.row)),
        notices=tuple(text for _, text in sorted(tally.notices, key=lambda notice: notice[0])),
        dry_run=dry_run,
    )
