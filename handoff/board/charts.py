"""Where the shapes of the pictures stand: bars, columns, a line, a range. Plain numbers for SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: The picture's own units; it is drawn as wide as its place.
WIDTH, HEIGHT = 460, 168
_TOP, _RIGHT = 26, 44


@dataclass(frozen=True, slots=True)
class Column:
    """One step: what was there before, and what is new on top of it."""

    x: float
    width: float
    new_y: float
    new_height: float
    before_height: float
    total: int
    new: int
    words: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Dot:
    """One month of the line."""

    x: float
    y: float
    figure: str
    words: str


def top_of(most: float) -> int:
    """A round number above the highest, for the scale; it can be halved, and from 4 on quartered."""
    step = 4
    while step * 10 <= most:
        step *= 10
    return next(scale for times in (1, 2, 3, 4, 6, 8, 10) if (scale := step * times) >= most)


def share(number: float, of: float) -> float:
    """How wide a bar is, of 100."""
    return round(100 * number / of, 2) if of else 0.0


def height(number: float, top: float) -> float:
    """How far up the picture a number stands."""
    return round((HEIGHT - _TOP) * number / top, 1) if top else 0.0


def columns(steps: Sequence[tuple[tuple[str, ...], int]], top: int) -> tuple[Column, ...]:
    """Columns that grow by what each step brings."""
    if not steps:
        return ()
    room = (WIDTH - _RIGHT) / len(steps)
    width, so_far, made = min(72.0, room * 0.72), 0, []
    for place, (words, new) in enumerate(steps):
        before, so_far = so_far, so_far + new
        x = round(place * room + (room - width) / 2, 1)
        made.append(
            Column(
                x,
                width,
                HEIGHT - height(so_far, top),
                round(height(so_far, top) - height(before, top), 1),
                height(before, top),
                so_far,
                new,
                words,
            )
        )
    return tuple(made)


def dots(points: Sequence[tuple[str, float | None, str]], top: int) -> tuple[Dot | None, ...]:
    """The dots of the line, in equal steps; None where nothing can be told."""
    room = (WIDTH - _RIGHT) / max(1, len(points))
    return tuple(
        None if value is None else Dot(round(place * room + room / 2, 1), HEIGHT - height(value, top), figure, words)
        for place, (words, value, figure) in enumerate(points)
    )


def strokes(found: Sequence[Dot | None]) -> tuple[str, ...]:
    """The line in pieces: it is broken where a month is missing."""
    pieces: list[list[Dot]] = [[]]
    for dot in found:
        if dot is None:
            pieces.append([])
        else:
            pieces[-1].append(dot)
    return tuple(" ".join(f"{dot.x},{dot.y}" for dot in piece) for piece in pieces if len(piece) > 1)
