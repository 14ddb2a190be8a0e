"""Small numbers: no group of one to four people can be read off the board, nor worked out from what it shows. Pure.

A group that is too small is merged with its neighbour, for a single hidden figure could be worked out from the sum. A
wide view (a quarter, all organisations) is shown beside its parts (the months, each organisation): it tells a group
apart only where what the parts hide of it is nothing, or five and more in at least two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

#: The least group that is shown.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Block:
    """One or more groups that are shown as one."""

    keys: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a wide view: its true groups, and the blocks in which it is shown itself (none: not at all)."""

    groups: Mapping[str, int]
    blocks: tuple[Block, ...]

    def tells(self, keys: Collection[str]) -> bool:
        """True when the number of these groups together can be read off the part."""
        if not any(self.groups.values()):
            return True
        inside = [set(block.keys) <= set(keys) for block in self.blocks]
        outside = [set(block.keys).isdisjoint(keys) for block in self.blocks]
        return bool(self.blocks) and all(a or b for a, b in zip(inside, outside, strict=True))


#: A view may be cut into parts in several ways: by month, by quarter, by organisation.
Cuts = Sequence[Sequence[Part]]


def is_small(number: int) -> bool:
    """True for a group of somebody, but of too few to be shown."""
    return 0 < number < LEAST


def blocks_of(groups: Sequence[tuple[str, int]], cuts: Cuts = (), side: Collection[str] = ()) -> tuple[Block, ...]:
    """A whole, cut into groups that lie side by side: those that cannot stand alone are merged with their neighbour.

    ``groups`` are the whole, in order. Where there is a choice the neighbour is of the same ``side``, so that the sum
    of a side can be told. Nothing is shown of a whole that is too small itself.
    """
    numbers = dict(groups)
    blocks = [[key] for key, _ in groups]

    def stands(keys: Sequence[str]) -> bool:
        return _stands(keys, numbers, cuts)

    while (
        len(blocks) > 1 and (alone := next((i for i, keys in enumerate(blocks) if not stands(keys)), None)) is not None
    ):
        _merge(blocks, alone, side, numbers)
    if len(blocks) == 1 and not stands(blocks[0]):
        return ()
    return tuple(Block(tuple(keys), sum(numbers[key] for key in keys)) for keys in blocks)


def may_show(number: int, of: int, cuts: Cuts = ()) -> bool:
    """True when "number of so many" says nothing about a few: neither those who are meant nor the rest are too few."""
    return len(blocks_of((("yes", number), ("no", of - number)), cuts)) == 2


def keep_apart(values: Sequence[tuple[str, int | None]], whole: int) -> dict[str, int | None]:
    """Figures of one whole that may lie inside each other: one that differs from a shown one by a few is not shown.

    Who knows that those recognised are among those who answered could else work out how many answered unrecognised.
    """
    shown: dict[str, int | None] = {}
    for key, value in values:
        others = [0, whole, *(other for other in shown.values() if other is not None)]
        is_near = value is None or any(is_small(abs(value - other)) for other in others)
        shown[key] = None if is_near else value
    return shown


def veil(numbers: Sequence[tuple[int, int]]) -> list[bool]:
    """Which cells of a column "number of so many" are shown, when its sum is known: never hide just one."""
    shown = [may_show(number, of) for number, of in numbers]

    def hides_enough() -> bool:
        hidden = [numbers[i] for i, is_shown in enumerate(shown) if not is_shown]
        return _hides_enough([n for n, _ in hidden]) and _hides_enough([of - n for n, of in hidden])

    while not all(not is_shown for is_shown in shown) and not hides_enough():
        shown[min((of, i) for i, (_, of) in enumerate(numbers) if shown[i])[1]] = False
    return shown


def _stands(keys: Sequence[str], numbers: Mapping[str, int], cuts: Cuts) -> bool:
    if is_small(sum(numbers[key] for key in keys)):
        return False
    rest = [key for key in numbers if key not in keys]
    return all(_adds_nothing(keys, parts) and _adds_nothing(rest, parts) for parts in cuts)


def _adds_nothing(keys: Sequence[str], parts: Sequence[Part]) -> bool:
    hidden = [sum(part.groups.get(key, 0) for key in keys) for part in parts if not part.tells(keys)]
    return _hides_enough(hidden)


def _hides_enough(hidden: Sequence[int]) -> bool:
    """What is hidden in several places together: nobody, or so many that nothing is said about a few."""
    return sum(hidden) == 0 or (sum(hidden) >= LEAST and sum(number > 0 for number in hidden) > 1)


def _merge(blocks: list[list[str]], alone: int, side: Collection[str], numbers: Mapping[str, int]) -> None:
    """Put one block together with the better of its neighbours: of its own side, with somebody in it, the next one."""
    is_of_side = blocks[alone][0] in side
    worth: Callable[[int], tuple[bool, bool, bool]] = lambda place: (  # noqa: E731  a key for min, used once
        (blocks[place][0] in side) != is_of_side,
        sum(numbers[key] for key in blocks[place]) == 0,
        place < alone,
    )
    near = min((place for place in (alone - 1, alone + 1) if 0 <= place < len(blocks)), key=worth)
    first, second = sorted((alone, near))
    blocks[first] += blocks.pop(second)
