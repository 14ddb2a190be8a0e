"""Old months are counted ahead, a few at each tick, so that a year is opened as quickly as a month.

What is kept is what counting would give: a month that is not there, or was counted too long ago, is counted anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.logs import about
from bot.models import BoardMonth, Organisation, Wave
from bot.organisations import read_settings
from handoff.board.cells import Cell, CellKey, Department
from handoff.board.counting import count_cells, old_before
from handoff.board.periods import shifted

log = structlog.get_logger()

#: After so long a month is counted again; one twice as old is not believed: whoever counts ahead has stopped.
COUNTED_EACH = timedelta(hours=1)
_BELIEVED_FOR = 2 * COUNTED_EACH
#: So many months at a tick: the tick has other things to do.
AT_ONCE = 4
#: No board shows more: two years, and the two before them.
_BACK = 48


def keep_months(db: Database, now: datetime) -> None:
    """Count those that were counted longest ago, if it is long. May run twice, or at once."""
    try:
        _keep(db, now)
    except Exception as error:  # the board counts for itself then
        log.error("The board could not be counted ahead", action="board_failed", **about(error))


def kept_cells(session: Session, keys: Collection[CellKey], now: datetime) -> dict[CellKey, Cell]:
    """Those of these cells that have been counted ahead."""
    organisations, months = {key[0] for key in keys}, {key[1] for key in keys}
    wanted = select(BoardMonth.organisation_id, BoardMonth.month, BoardMonth.cell)
    wanted = wanted.where(BoardMonth.organisation_id.in_(organisations), BoardMonth.month.in_(months))
    wanted = wanted.where(BoardMonth.counted_at > now - _BELIEVED_FOR, BoardMonth.counted_at <= now)
    return {(row[0], row[1]): read(row[2]) for row in session.execute(wanted)}


def written(cell: Cell) -> dict[str, Any]:
    """A cell as JSON."""
    return {
        "counts": [[*figure, number] for figure, number in sorted(cell.counts.items())],
        "answers": cell.answers,
        "humans": cell.humans,
        "departments": {
            name: [each.cases, each.reached, each.agreed, each.answers] for name, each in cell.departments.items()
        },
    }


def read(stored: Mapping[str, Any]) -> Cell:
    """The cell that was written so."""
    return Cell(
        Counter({(figure, key): number for figure, key, number in stored["counts"]}),
        stored["answers"],
        stored["humans"],
        {name: Department(*each) for name, each in stored["departments"].items()},
    )


def _keep(db: Database, now: datetime) -> None:
    with db.read() as session:
        due: dict[int, list[str]] = defaultdict(list)
        for organisation_id, month in _due(session, now):
            due[organisation_id].append(month)
        counted: dict[CellKey, Cell] = {}
        for organisation_id, months in due.items():
            counted |= _count(session, organisation_id, months, now)
    if not counted:
        return
    with db.write() as session:
        for (organisation_id, month), cell in counted.items():
            known = BoardMonth(organisation_id=organisation_id, month=month, counted_at=now, cell=written(cell))
            session.merge(known)


def _due(session: Session, now: datetime) -> list[tuple[int, str]]:
    here = and_(BoardMonth.organisation_id == Wave.organisation_id, BoardMonth.month == Wave.month)
    wanted = select(Wave.organisation_id, Wave.month).outerjoin(BoardMonth, here)
    wanted = wanted.where(Wave.month < old_before(now), Wave.month >= shifted(f"{now:%Y-%m}", -_BACK))
    # A clock that was set back has left what is to come: that is counted again, too.
    is_fresh = and_(BoardMonth.counted_at > now - COUNTED_EACH, BoardMonth.counted_at <= now)
    wanted = wanted.where(or_(BoardMonth.counted_at.is_(None), ~is_fresh))
    wanted = wanted.order_by(BoardMonth.counted_at.is_not(None), BoardMonth.counted_at, Wave.month.desc())
    return [(row[0], row[1]) for row in session.execute(wanted.limit(AT_ONCE))]


def _count(session: Session, organisation_id: int, months: list[str], now: datetime) -> dict[CellKey, Cell]:
    settings = {organisation_id: read_settings(session.get_one(Organisation, organisation_id).settings)}
    counted = count_cells(session, settings, sorted(months), now)
    return {(organisation_id, month): counted.get((organisation_id, month), Cell()) for month in months}
