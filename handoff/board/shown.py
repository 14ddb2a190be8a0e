"""The board in Danish words, ready for the page and the file: both show the very same figures, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.board.bars import (
    FEW,
    Averted,
    Bar,
    averted_range,
    decimal,
    ending_bars,
    funnel_bars,
    named_bars,
    percent,
    plain_hours,
)
from handoff.board.charts import Column, Dot, columns, dots, strokes, top_of
from handoff.board.figures import Figures
from handoff.board.periods import short_words
from handoff.board.reading import Board
from handoff.board.sheet import Table
from handoff.board.tables import tables_of
from handoff.formats import kroner
from handoff.saying import said
from handoff.wording import catalogue, word

_NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Stat:
    """One of the four figures on top."""

    name: str
    figure: str
    told: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on the page but its frame."""

    cases: int | None
    before_words: str
    stats: tuple[Stat, ...]
    funnel: tuple[Bar, ...]
    steps: tuple[Column, ...]
    steps_top: int
    endings: tuple[Bar, ...]
    line: tuple[Dot | None, ...]
    strokes: tuple[str, ...]
    line_top: int
    averted: Averted | None
    reasons: tuple[Bar, ...]
    facts: tuple[Bar, ...]
    help: tuple[Bar, ...]
    tables: dict[str, Table]
    cost: str
    costs_differ: bool


def show(board: Board, unit_word: str) -> Shown:
    """The board in words."""
    now = board.now
    hours = [value for _, value in board.line if value is not None]
    line_top = top_of(max(hours, default=0))
    found = dots([(short_words(m), v, decimal(v) if v is not None else "") for m, v in board.line], line_top)
    steps = _steps(now)
    cases = now.cases or 0
    averted = averted_range(board)
    named = {key: named_bars(board, key) for key in ("reasons", "facts", "help")}
    return Shown(
        cases=now.cases,
        before_words=board.period.before.words,
        stats=_stats(board, averted),
        funnel=funnel_bars(now),
        steps=columns(steps, top_of(cases)),
        steps_top=top_of(cases),
        endings=ending_bars(now),
        line=found,
        strokes=strokes(found),
        line_top=line_top,
        averted=averted,
        reasons=named["reasons"],
        facts=named["facts"],
        help=named["help"],
        tables=tables_of(board, unit_word, named),
        cost=kroner(board.cost * 100),
        costs_differ=board.costs_differ,
    )


def _hours(value: float | None) -> str:
    return FEW if value is None else f"{decimal(value)}{_NBSP}{'time' if decimal(value) == '1' else 'timer'}"


def _stats(board: Board, averted: Averted | None) -> tuple[Stat, ...]:
    now, before, was = board.now, board.before, board.period.before.words
    words, cases = catalogue()["board"], now.cases or 0
    reached = FEW if now.reached is None else said("{reached} af {cases}", reached=now.reached, cases=cases)
    share_now = "" if now.reached is None else f"{percent(now.reached, cases)}, "
    good = FEW if now.agreed is None else str(now.agreed)
    good_share = "" if now.agreed is None else said("{percent} af sagerne, ", percent=percent(now.agreed, cases))
    ends = FEW if averted is None else said("{sure} til {likely}", sure=averted.sure, likely=averted.likely)
    saved = (
        words["too_few"]
        if averted is None
        else said(
            "sparet {saved_sure} til {saved_likely}", saved_sure=averted.saved_sure, saved_likely=averted.saved_likely
        )
    )
    return (
        Stat(words["reached"], reached, f"{share_now}i {was} {_before(before, before.reached)}"),
        Stat(words["hours"], _hours(now.hours), f"median i kontortid, i {was} {plain_hours(before.hours)}"),
        Stat(words["agreed"], good, f"{good_share}i {was} {_before(before, before.agreed)}"),
        Stat(words["averted"], ends, saved),
    )


def _before(before: Figures, number: int | None) -> str:
    if before.cases == 0:
        return said("ingen sager")
    return FEW if number is None or not before.cases else percent(number, before.cases)


def _steps(now: Figures) -> list[tuple[tuple[str, ...], int]]:
    """The steps that brought somebody, merged where they must be; none when it cannot be told how many are left."""
    alone = bool(now.reach) and now.reach[-1].keys == ("nobody",)
    told = now.reach[:-1] if alone else ()
    counts = [(block, [key for key in block.keys if key != "before" or len(block.keys) == 1]) for block in told]
    return [(_lines(keys), block.number) for block, keys in counts if block.number]


def _lines(keys: Sequence[str]) -> tuple[str, ...]:
    """What stands under a column: a few short words, each on a line."""
    short = [word("board_steps", key) for key in keys]
    return tuple(short) if len(short) < 3 else (short[0], said("til {lower}", lower=short[-1].lower()))
