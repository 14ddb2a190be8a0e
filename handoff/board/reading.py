"""One board, read: the period and the one before it, the months of the line, the table, who came again.

Months that are long over have been counted ahead, or are kept for some minutes once they have been counted: a year is
opened as quickly as a month. The newest months are counted each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Organisation
from bot.organisations import OrganisationSettings, read_settings
from handoff.board.cells import Cell, CellKey, Sums, View
from handoff.board.counting import count_cells, old_before
from handoff.board.extras import read_relapse
from handoff.board.figures import Figures, Line, Unit, middle, read_figures, table
from handoff.board.keeping import kept_cells
from handoff.board.periods import Period, shifted, span
from handoff.board.rows import waves_of
from handoff.board.small import may_show

#: So many months the line of hours is long.
LINE = 6
_KEPT_FOR = timedelta(minutes=10)
_RELAPSE = 24
_WITHIN = (6, 12)


@dataclass(slots=True)
class Shelf:
    """Cells of old months of one process, with the time they were counted."""

    cells: dict[CellKey, tuple[datetime, Cell]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def find(self, key: CellKey, now: datetime) -> Cell | None:
        """A cell that was counted a short while ago."""
        with self.lock:
            at, cell = self.cells.get(key, (None, None))
        return cell if at is not None and timedelta() <= now - at < _KEPT_FOR else None

    def keep(self, cells: Mapping[CellKey, Cell], now: datetime) -> None:
        """Keep these."""
        with self.lock:
            self.cells.update({key: (now, cell) for key, cell in cells.items()})


@dataclass(frozen=True, slots=True)
class Relapse:
    """Of those that ended well so long ago, how many came again within that time; None: too few to say."""

    months: int
    again: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page."""

    period: Period
    now: Figures
    before: Figures
    line: tuple[tuple[str, float | None], ...]
    units: tuple[Unit, ...]
    cost: int  #: kroner of one eviction
    costs_differ: bool
    relapse: tuple[Relapse, ...]


def read_board(
    session: Session, organisations: Sequence[Organisation], period: Period, now: datetime, shelf: Shelf
) -> Board:
    """The board of these organisations, all of which the reader may see."""
    ids = tuple(sorted(organisation.id for organisation in organisations))
    settings = {organisation.id: read_settings(organisation.settings) for organisation in organisations}
    line = span(shifted(period.last, 1 - LINE), period.last)
    months = sorted({*period.months, *period.before.months, *line})
    cells = _cells(session, settings, months, now, shelf)
    sums, view = Sums(cells), View(ids, period.months)
    costs = {each.eviction_cost for each in settings.values()}
    return Board(
        period=period,
        now=read_figures(sums, view),
        before=read_figures(sums, View(ids, period.before.months)),
        line=tuple((month, _hours(sums, View(ids, (month,)))) for month in line),
        units=table(_lines(sums, view, organisations)),
        cost=min(costs),
        costs_differ=len(costs) > 1,
        relapse=_relapse(session, ids, period, now),
    )


def read_organisations(session: Session, ids: frozenset[int]) -> list[Organisation]:
    """The reader's own, by name."""
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)))


def _hours(sums: Sums, view: View) -> float | None:
    return middle([seconds for cell in sums.cells(view) for seconds in cell.answers])


def _cells(
    session: Session, settings: Mapping[int, OrganisationSettings], months: Sequence[str], now: datetime, shelf: Shelf
) -> dict[CellKey, Cell]:
    old = old_before(now)
    keys = [(organisation_id, month) for organisation_id in settings for month in months]
    kept = {key: cell for key in keys if key[1] < old and (cell := shelf.find(key, now))}
    unkept = [key for key in keys if key[1] < old and key not in kept]
    kept |= kept_cells(session, unkept, now) if unkept else {}
    missing = [key for key in keys if key not in kept]
    if not missing:
        return kept
    counted = count_cells(session, settings, sorted({month for _, month in missing}), now)
    fresh = {key: counted.get(key, Cell()) for key in missing}
    shelf.keep({key: cell for key, cell in fresh.items() if key[1] < old}, now)
    return kept | fresh


def _lines(sums: Sums, view: View, organisations: Sequence[Organisation]) -> list[Line]:
    """An organisation a line; of one organisation its departments."""
    if len(organisations) > 1:
        return [_organisation_line(sums, View((each.id,), view.months), each.name) for each in organisations]
    found: dict[str, Line] = {}
    for cell in sums.cells(view):
        for name, one in cell.departments.items():
            known = found.get(name, Line(name, 0, 0, 0, ()))
            answers = (*known.answers, *one.answers)
            sum_of = (known.cases + one.cases, known.reached + one.reached, known.agreed + one.agreed)
            found[name] = Line(name, *sum_of, answers)
    return [found[name] for name in sorted(found)]


def _organisation_line(sums: Sums, view: View, name: str) -> Line:
    counts = sums.counts(view)
    answers = tuple(seconds for cell in sums.cells(view) for seconds in cell.answers)
    return Line(name, counts["cases", "all"], counts["stage", "reached"], counts["stage", "agreed"], answers)


def _relapse(session: Session, ids: Sequence[int], period: Period, now: datetime) -> tuple[Relapse, ...]:
    waves = waves_of(session, ids, span(shifted(period.last, 1 - _RELAPSE), period.last))
    found = read_relapse(session, waves, now, _WITHIN)
    return tuple(
        Relapse(months, again, of) if of and may_show(again, of) else Relapse(months, None, None)
        for months, (again, of) in found.items()
    )
