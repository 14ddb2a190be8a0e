"""The figures of one board: what may be shown of a view, as numbers and keys, None where it may not. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.board.cells import Sums, View
from handoff.board.courses import AVERTED, ENDINGS, GOOD, STAGES
from handoff.board.office import median
from handoff.board.small import LEAST, Block, blocks_of, keep_apart, veil

#: The steps of a ladder in the order in which they usually come.
STEPS = ("before", "sms1", "sms2", "call", "knock", "postcard", "sms3", "sms4", "sms5", "other")
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the table: some organisations or departments that are told as one."""

    keys: tuple[str, ...]
    cases: int
    reached: int | None
    agreed: int | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be told of one view. ``cases`` is None when there are some, but too few to say anything of."""

    cases: int | None
    stages: Mapping[str, int | None]  #: reached, and every step of the funnel
    reach: tuple[Block, ...]  #: new at each step, and at last those not reached
    endings: tuple[Block, ...]
    averted: tuple[int, int, int] | None  #: sure, with the likely, and of how many that were threatened
    hours: float | None  #: median until a human had answered
    human_hours: float | None  #: median until a human's first word
    reasons: Sequence[tuple[str, int]]
    facts: Sequence[tuple[str, int]]
    promises: tuple[Block, ...]
    plans: tuple[Block, ...]

    @property
    def reached(self) -> int | None:
        """Nået."""
        return self.stages.get("reached")

    @property
    def agreed(self) -> int | None:
        """Aftale eller betalt."""
        return self.stages.get("agreed")


def read_figures(sums: Sums, view: View) -> Figures:
    """All of them."""
    cases = sums.counts(view)["cases", "all"]
    is_enough = cases >= LEAST
    return Figures(
        cases=cases if is_enough or not cases else None,
        stages=_stages(sums, view, cases),
        reach=sums.blocks(view, "reach", (*STEPS, "nobody")) if is_enough else (),
        endings=sums.blocks(view, "ending", ENDINGS, GOOD) if is_enough else (),
        averted=_averted(sums, view) if is_enough else None,
        hours=middle([s for cell in sums.cells(view) for s in cell.answers]),
        human_hours=middle([s for cell in sums.cells(view) for s in cell.humans]),
        reasons=_named(sums, view, "reason"),
        facts=_named(sums, view, "fact"),
        promises=sums.blocks(view, "promise", ("kept", "broken")),
        plans=sums.blocks(view, "plan", ("held", "young", "broken")),
    )


def middle(seconds: Sequence[int]) -> float | None:
    """The median in hours, of five and more."""
    found = median(seconds) if len(seconds) >= LEAST else None
    return None if found is None else found / _HOUR


def _stages(sums: Sums, view: View, cases: int) -> dict[str, int | None]:
    if cases < LEAST:
        return {}
    # What stands large comes first: it is the last to give way.
    order = ("agreed", "reached", *(stage for stage in STAGES if stage != "agreed"))
    return keep_apart([(key, sums.share(view, "stage", key)) for key in order], cases)


def _averted(sums: Sums, view: View) -> tuple[int, int, int] | None:
    """A range; nothing at all where one of its ends would be about a few."""
    blocks = sums.blocks(view, "averted", AVERTED, ("sure", "likely"))
    if [block.keys for block in blocks] != [(key,) for key in AVERTED]:
        return None
    sure, likely, not_averted, _ = (block.number for block in blocks)
    return sure, sure + likely, sure + likely + not_averted


def _named(sums: Sums, view: View, figure: str) -> list[tuple[str, int]]:
    """Groups that may overlap, the largest first; the small ones are left out, and so is how many they are."""
    names = {key for name, key in sums.counts(view) if name == figure}
    found = [(key, number) for key in sorted(names) if (number := sums.share(view, figure, key))]
    return sorted(found, key=lambda item: -item[1])


@dataclass(frozen=True, slots=True)
class Line:
    """The true numbers of one organisation or department."""

    key: str
    cases: int
    reached: int
    agreed: int
    answers: tuple[int, ...]


def table(lines: Sequence[Line]) -> tuple[Unit, ...]:
    """The table, with the small ones merged with their neighbour; in a column never just one figure is hidden."""
    known = {line.key: line for line in lines}
    blocks = blocks_of([(line.key, line.cases) for line in lines])
    merged = [[known[key] for key in block.keys] for block in blocks]
    reached = [(sum(line.reached for line in unit), sum(line.cases for line in unit)) for unit in merged]
    agreed = [(sum(line.agreed for line in unit), sum(line.cases for line in unit)) for unit in merged]
    shows = zip(merged, reached, veil(reached), agreed, veil(agreed), strict=True)
    return tuple(
        Unit(
            keys=tuple(line.key for line in unit if line.cases),
            cases=came[1],
            reached=came[0] if shows_reached else None,
            agreed=good[0] if shows_agreed else None,
            hours=middle([seconds for line in unit for seconds in line.answers]),
        )
        for unit, came, shows_reached, good, shows_agreed in shows
        if came[1]
    )
