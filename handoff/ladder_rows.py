"""The ladder as rows of a form: read, checked row by row, written back. What is wrong is said in Danish beside the row.

Says too what an admin should think of before saving it; that hinders nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import get_args

from bot.organisations import Kind, LadderStep
from handoff.wording import word

MOST = 12
KINDS: tuple[Kind, ...] = get_args(Kind)
#: By what a row is counted from: the smallest and the largest number of working days.
ANCHORS: dict[str, tuple[int, int]] = {"after": (0, 60), "before": (1, 30)}
_LONGEST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was written: how many working days, after the start or before the deadline, what."""

    days: str = ""
    anchor: str = "after"
    kind: str = "sms"
    problem: str = ""

    @property
    def when(self) -> str:
        """Its place, as it is read where there is no calendar at hand."""
        if self.days == "0":
            return word("ladder_when", "start")
        return word("ladder_when", f"{self.anchor}_one" if self.days == "1" else self.anchor, days=self.days)


def rows_of(ladder: Iterable[LadderStep]) -> tuple[Row, ...]:
    """A ladder, one row a thing to do, in the order in which its steps are counted."""
    return tuple(
        Row(
            str(line.before_deadline if line.day is None else line.day), "before" if line.day is None else "after", kind
        )
        for line in sorted(ladder, key=_place)
        for kind in line.kinds
    )


def read_rows(days: Sequence[str], anchors: Sequence[str], kinds: Sequence[str]) -> tuple[Row, ...]:
    """What a form holds, as it was written."""
    columns = list(zip(days, anchors, kinds, strict=False))[: MOST + 1]
    return tuple(Row(*(cell.strip()[:_LONGEST] for cell in cells)) for cells in columns)


def check(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each with what is wrong with it."""
    seen: Counter[Row] = Counter()
    checked = []
    for row in rows:
        seen[row] += 1
        is_twice = seen[row] > 1 and row.kind != "sms"
        checked.append(replace(row, problem=_wrong(row) or (word("ladder_wrong", "twice") if is_twice else "")))
    return tuple(checked)


def to_ladder(rows: Iterable[Row]) -> tuple[LadderStep, ...]:
    """The ladder of rows that are all right: what falls on the same day stands together."""
    steps = sorted((_step(row) for row in rows), key=_place)
    return tuple(_together(list(same)) for _, same in groupby(steps, key=_place))


def warnings(ladder: Sequence[LadderStep]) -> Iterator[str]:
    """What to think of before it is saved."""
    texts = [line.kinds.count("sms") for line in ladder]
    if any(count > 1 for count in texts):
        yield word("ladder_warning", "two_sms")
    if not any(texts):
        yield word("ladder_warning", "no_sms")
    if all(kind == "sms" for line in ladder for kind in line.kinds):
        yield word("ladder_warning", "only_sms")


def _wrong(row: Row) -> str:
    if row.anchor not in ANCHORS or row.kind not in KINDS:
        return word("ladder_wrong", "unknown")
    low, high = ANCHORS[row.anchor]
    if not (row.days.isascii() and row.days.isdigit()) or not low <= int(row.days) <= high:
        return word("ladder_wrong", row.anchor, low=str(low), high=str(high))
    return ""


def _step(row: Row) -> LadderStep:
    key = "day" if row.anchor == "after" else "before_deadline"
    return LadderStep.model_validate({key: int(row.days), "kinds": [row.kind]})


def _together(same: Sequence[LadderStep]) -> LadderStep:
    return same[0].model_copy(update={"kinds": tuple(kind for step in same for kind in step.kinds)})


def _place(line: LadderStep) -> tuple[bool, int]:
    return (False, line.day) if line.day is not None else (True, -(line.before_deadline or 0))
