"""The cells of some months, counted from the rows of the residents' cases: true numbers, for whoever may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.organisations import OrganisationSettings
from handoff.board.cells import Cell, CellKey, sum_up
from handoff.board.extras import read_extras
from handoff.board.office import OfficeHours
from handoff.board.periods import shifted
from handoff.board.rows import read_courses, waves_of

#: Months this old change little: they are counted again after a while, not each time.
_OLD_AFTER = 1


def old_before(now: datetime) -> str:
    """The first month that is counted each time."""
    return shifted(f"{now:%Y-%m}", -_OLD_AFTER)


def count_cells(
    session: Session, settings: Mapping[int, OrganisationSettings], months: Sequence[str], now: datetime
) -> dict[CellKey, Cell]:
    """The cells of these organisations and months; where nothing happened there is none."""
    first = datetime.fromisoformat(f"{shifted(months[0], -1)}-01").date()
    hours = {key: OfficeHours(each.office_hours, first, now.date()) for key, each in settings.items()}
    waves = waves_of(session, list(settings), months)
    cells = sum_up(read_courses(session, waves, now), hours, int(now.timestamp()))
    for key, counts in read_extras(session, waves, now).items():
        cells.setdefault(key, Cell()).counts.update(counts)
    return cells
