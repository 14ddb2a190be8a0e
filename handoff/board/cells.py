"""The sums of the board: a cell is one organisation's one month, a view is some of them. Pure.

Every view knows its parts, and tells a group apart only as ``small.py`` allows beside what the parts tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handoff.board.courses import GOOD, Course, Figure, answer_at, ending, first_human_at, is_reached, tally
from handoff.board.office import OfficeHours
from handoff.board.periods import quarter_of
from handoff.board.small import Block, Part, blocks_of

CellKey = tuple[int, str]


@dataclass(slots=True)
class Department:
    """One department's part of a cell."""

    cases: int = 0
    reached: int = 0
    agreed: int = 0
    answers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    """One organisation's one month: how many of each group, and how long it took, in seconds of office hours."""

    counts: Counter[Figure] = field(default_factory=Counter)
    answers: list[int] = field(default_factory=list)  #: from when the bot asked for a human until one had answered
    humans: list[int] = field(default_factory=list)  #: from the first day of the ladder to the first word of a human
    departments: dict[str, Department] = field(default_factory=dict)


def sum_up(courses: Iterable[Course], hours: Mapping[int, OfficeHours], now: int) -> dict[CellKey, Cell]:
    """The cells of these courses."""
    cells: dict[CellKey, Cell] = {}
    for course in courses:
        cell = cells.setdefault((course.organisation_id, course.month), Cell())
        cell.counts.update(tally(course, now))
        _place(cell.departments.setdefault(course.department, Department()), course)
        _time(cell, course, hours[course.organisation_id])
    return cells


def _place(department: Department, course: Course) -> None:
    department.cases += 1
    department.reached += is_reached(course)
    department.agreed += ending(course) in GOOD


def _time(cell: Cell, course: Course, hours: OfficeHours) -> None:
    answered, human = answer_at(course), first_human_at(course)
    if course.handoff_at is not None and answered is not None:
        cell.answers.append(waited := hours.between(course.handoff_at, answered))
        cell.departments[course.department].answers.append(waited)
    if human is not None:
        cell.humans.append(hours.between(course.began_at, human))


@dataclass(frozen=True, slots=True)
class View:
    """Some organisations in some months."""

    organisations: tuple[int, ...]
    months: tuple[str, ...]

    def parts(self) -> tuple[tuple[View, ...], ...]:
        """The ways in which this view is the sum of others that can be seen, too."""
        cuts = []
        if len(self.organisations) > 1:
            cuts.append(tuple(View((one,), self.months) for one in self.organisations))
        if len(self.months) > 1:
            cuts.append(tuple(View(self.organisations, (month,)) for month in self.months))
        quarters = tuple(dict.fromkeys(quarter_of(month).months for month in self.months))
        if len(quarters) > 1 and all(month in self.months for months in quarters for month in months):
            cuts.append(tuple(View(self.organisations, months) for months in quarters))
        return tuple(cuts)


class Sums:
    """The cells, and what may be told of any view of them."""

    def __init__(self, cells: Mapping[CellKey, Cell]) -> None:
        self._cells = cells
        self._counts: dict[View, Counter[Figure]] = {}
        self._blocks: dict[tuple[View, tuple[str, ...], str], tuple[Block, ...]] = {}

    def cells(self, view: View) -> list[Cell]:
        """The cells of a view; where nothing happened there is none."""
        keys = [(organisation, month) for organisation in view.organisations for month in view.months]
        return [self._cells[key] for key in keys if key in self._cells]

    def counts(self, view: View) -> Counter[Figure]:
        """True numbers, not to be shown as they are."""
        if view not in self._counts:
            total: Counter[Figure] = Counter()
            for cell in self.cells(view):
                total.update(cell.counts)
            self._counts[view] = total
        return self._counts[view]

    def blocks(self, view: View, figure: str, keys: Sequence[str], side: Collection[str] = ()) -> tuple[Block, ...]:
        """The groups of a figure that together are a whole, as they may be shown."""
        place = (view, tuple(keys), figure)
        if place not in self._blocks:
            cuts = [[self._part(part, figure, keys, side) for part in parts] for parts in view.parts()]
            self._blocks[place] = blocks_of(list(self._groups(view, figure, keys).items()), cuts, side)
        return self._blocks[place]

    def share(self, view: View, figure: str, key: str) -> int | None:
        """How many of all the cases, or None where that would say something about a few."""
        blocks = self.blocks(view, figure, (key, "rest"))
        return blocks[0].number if len(blocks) == 2 else None

    def _part(self, view: View, figure: str, keys: Sequence[str], side: Collection[str]) -> Part:
        return Part(self._groups(view, figure, keys), self.blocks(view, figure, keys, side))

    def _groups(self, view: View, figure: str, keys: Sequence[str]) -> dict[str, int]:
        counts = self.counts(view)
        groups = {key: counts[figure, key] for key in keys}
        if "rest" in groups:
            groups["rest"] = counts["cases", "all"] - sum(groups.values())
        return groups
