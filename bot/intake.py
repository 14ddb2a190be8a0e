"""Cases in, from a file or the API: made, updated, opened again or settled by ``case_ref``; one commit a chunk.

``try_out`` shows what would come of it: it does the same and takes it back.

A second import of the same changes nothing, so that an import that died is simply run again. The values of rows are
personal data: they are in the report, never in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.case_aftermath import follow_up
from bot.case_changes import What, Written, write_row
from bot.case_ledger import Ledger
from bot.case_rows import CaseRow, RowError, row_from_mapping
from bot.db import Database

__all__ = ["CaseRow", "Report", "RowError", "Tried", "row_from_mapping", "take", "try_out"]

log = structlog.get_logger()

_CHUNK = 500
#: Another import of the same cases at the same moment is seen on the second try.
_TRIES = 3
_Seen = TypeVar("_Seen")


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


@dataclass(frozen=True, slots=True)
class Tried:
    """What taking the rows came to, while it stands: the cases are as they would be."""

    report: Report
    written: tuple[Written, ...]


@dataclass(slots=True)
class _Tally:
    counts: Counter[What] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    notices: list[tuple[int, str]] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)


def take(
    db: Database,
    organisation_id: int,
    rows: Iterable[CaseRow | list[RowError]],
    now: datetime,
    *,
    dry_run: bool = False,
    upload_id: int | None = None,
) -> Report:
    """Take the rows that can be taken and say what is wrong with the others.

    ``upload_id``: the file that an adviser laid up; the cases that it opens are known as its own.
    """
    tally = _Tally()
    good = list(_first_of_each(rows, tally))
    for chunk in _chunks(good):
        done = _take_chunk(db, organisation_id, chunk, now, dry_run, upload_id)
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


def try_out(
    db: Database,
    organisation_id: int,
    rows: Iterable[CaseRow | list[RowError]],
    now: datetime,
    see: Callable[[Session, Tried], _Seen],
) -> _Seen:
    """Take the rows, let ``see`` look at everything as it stands then, and take it all back.

    What ``see`` gives must be plain values: the rows that it saw are gone afterwards.
    """
    tally = _Tally()
    good = list(_first_of_each(rows, tally))
    with db.trial() as session:
        for chunk in _chunks(good):
            done = _write(session, organisation_id, chunk, now, locks=False)
            tally.counts += done.counts
            tally.errors += done.errors
            tally.notices += done.notices
            tally.written += done.written
        return see(session, Tried(_report(tally, dry_run=True), tuple(tally.written)))


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
            tally.errors.append(row.error("case_ref", message, f"samme som række {first}"))
        else:
            tally.notices += [(number, notice) for notice in row.notices]
            yield row


def _chunks(rows: Iterable[CaseRow]) -> Iterator[list[CaseRow]]:
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk


def _take_chunk(
    db: Database, organisation_id: int, rows: Sequence[CaseRow], now: datetime, dry_run: bool, upload_id: int | None
) -> _Tally:
    for _ in range(_TRIES - 1):
        try:
            return _write_chunk(db, organisation_id, rows, now, dry_run, upload_id)
        except (IntegrityError, OperationalError):
            continue
    return _write_chunk(db, organisation_id, rows, now, dry_run, upload_id)


def _write_chunk(
    db: Database, organisation_id: int, rows: Sequence[CaseRow], now: datetime, dry_run: bool, upload_id: int | None
) -> _Tally:
    with db.write() as session:
        tally = _write(session, organisation_id, rows, now, upload_id)
        if dry_run:
            session.rollback()
    return tally


def _write(
    session: Session,
    organisation_id: int,
    rows: Sequence[CaseRow],
    now: datetime,
    upload_id: int | None = None,
    *,
    locks: bool = True,
) -> _Tally:
    tally = _Tally()
    with session.no_autoflush:
        ledger = Ledger(session, organisation_id, rows, now, locks=locks)
        for row in rows:
            done = write_row(ledger, row)
            if isinstance(done, RowError):
                tally.errors.append(done)
            else:
                tally.written.append(done)
                if done.what in ("created", "reopened"):
                    done.case.upload_id = upload_id  # None: by the command or the API, which nobody may not release
    session.flush()
    tally.counts.update(_what(done, upload_id) for done in tally.written)
    tally.notices += follow_up(ledger, tally.written)
    return tally


def _what(done: Written, upload_id: int | None) -> What:
    """What a row came to. Where a taking of this file died, what it had opened is new, though it is there by now."""
    is_ours = upload_id is not None and done.case.upload_id == upload_id
    return "created" if done.what == "unchanged" and is_ours else done.what


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
