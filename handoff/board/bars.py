"""The board's bars and its range in Danish words. Where there are too few, the words say so and no number stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from handoff.board.charts import share
from handoff.board.courses import GOOD, STAGES
from handoff.board.figures import Figures
from handoff.board.reading import Board
from handoff.board.small import Block
from handoff.formats import kroner
from handoff.wording import catalogue, word

_NBSP = "\N{NO-BREAK SPACE}"
#: What stands for a figure that would say something about a few.
FEW = "for få"
NONE = "–"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``width`` of 100."""

    label: str
    number: str
    share: str
    width: float
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Averted:
    """The range: the places of its ends on the line, of 100."""

    sure: int
    likely: int
    of: int
    left: float
    right: float
    saved_sure: str
    saved_likely: str


def decimal(value: float) -> str:
    """5,2"""
    return str(format_decimal(round(value, 1), format="#,##0.#", locale="da"))


def percent(number: int, of: int) -> str:
    """80 %"""
    return f"{round(100 * number / of)}{_NBSP}%" if of else NONE


def plain_hours(value: float | None) -> str:
    """5,2 without its unit, for a cell of a table."""
    return FEW if value is None else decimal(value)


def _bar(label: str, number: int | None, of: int, widest: int, tone: str = "") -> Bar:
    if number is None:
        return Bar(label, FEW, "", 0.0, tone)
    return Bar(label, str(number), percent(number, of), share(number, widest), tone)


def funnel_bars(now: Figures) -> tuple[Bar, ...]:
    """From all cases down to those that agreed on something."""
    cases = now.cases or 0
    rows = [_bar(word("board_stages", stage), now.stages.get(stage), cases, cases) for stage in STAGES]
    return (Bar(word("board_stages", "cases"), str(cases), "sager", 100.0), *rows)


def names(section: str, keys: Sequence[str]) -> str:
    """Betalt · Fraflyttet eller udsat · Brev, dør og postkort"""
    words = [word(section, key) for key in keys]
    words = [words[0], *(text[:1].lower() + text[1:] for text in words[1:])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} eller {words[-1]}"


_TONES = {"no_contact": "grey", "open": "soft", "other": "soft", "moved_out": "soft", "evicted": "soft"}


def ending_bars(now: Figures) -> tuple[Bar, ...]:
    """How the cases stand or ended; an ending that nobody had has no bar."""
    shown = [block for block in now.endings if block.number]
    widest = max((block.number for block in shown), default=0)
    return tuple(_ending(block, now.cases or 0, widest) for block in shown)


def _ending(block: Block, cases: int, widest: int) -> Bar:
    tone = "" if block.keys[0] in GOOD else _TONES.get(block.keys[0], "soft")
    return _bar(names("board_endings", block.keys), block.number, cases, widest, tone)


def averted_range(board: Board) -> Averted | None:
    """Evictions that were surely and likely averted, with what each saves; None where they are too few to tell."""
    if board.now.averted is None or not board.now.averted[2]:
        return None
    sure, likely, of = board.now.averted
    saved = [kroner(number * board.cost * 100) for number in (sure, likely)]
    return Averted(sure, likely, of, share(sure, of), share(likely, of), saved[0], saved[1])


def named_bars(board: Board, kind: str) -> tuple[Bar, ...]:
    """Reasons, what had happened, help that was spoken of: how many cases each is about."""
    help_names, cases = catalogue()["board_help"], board.now.cases or 0
    if kind == "reasons":
        rows = [(word("reasons", key), number) for key, number in board.now.reasons]
    elif kind == "facts":
        rows = [(word("board_happened", key), n) for key, n in board.now.facts if key not in help_names]
    else:
        rows = [(help_names[key], number) for key, number in board.now.facts if key in help_names]
    widest = max((number for _, number in rows), default=0)
    return tuple(_bar(label, number, cases, widest) for label, number in rows)
