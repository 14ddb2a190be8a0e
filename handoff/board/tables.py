"""The board's tables, one a picture: the same figures for who does not see it, and for the file."""

from __future__ import annotations

from collections.abc import Sequence

from handoff.board.bars import FEW, Bar, averted_range, ending_bars, funnel_bars, names, percent, plain_hours
from handoff.board.courses import AVERTED
from handoff.board.figures import Figures
from handoff.board.periods import short_words
from handoff.board.reading import Board
from handoff.board.sheet import Table
from handoff.wording import catalogue


def tables_of(board: Board, unit: str, named: dict[str, tuple[Bar, ...]]) -> dict[str, Table]:
    """Every table by the name of its picture; ``unit`` is the Danish word for a department, or a team."""
    now, before, words = board.now, board.before, catalogue()["board"]
    period, was = board.period.words, board.period.before.words
    number, part = words["number"], words["share"]
    tables = {
        "key": Table(words["key"], ("", period, was), _key_rows(board)),
        "funnel": Table(words["funnel"], ("", period, part, was), _funnel_rows(now, before)),
        "reach": Table(words["reach"], ("", words["new"], words["in_all"]), _reach_rows(now)),
        "endings": Table(words["endings"], ("", number, part), _cells(ending_bars(now))),
        "line": Table(words["line"], ("", words["hours_head"]), _line_rows(board)),
        "units": Table(words["units"].format(unit=unit.lower()), (unit, *words["unit_head"]), _unit_rows(board)),
        "averted": Table(words["averted"], ("", number, words["saved"]), _averted_rows(board)),
        "kept": Table(words["kept"], ("", number), _kept_rows(now)),
        "relapse": Table(words["relapse"], ("", number, part), _relapse_rows(board)),
    }  # fmt: skip
    for key, bars in named.items():
        tables[key] = Table(words[key], ("", number, part), _cells(bars))
    return tables


def _cells(bars: Sequence[Bar]) -> tuple[tuple[str, ...], ...]:
    return tuple((bar.label, bar.number, bar.share) for bar in bars)


def _line_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    return tuple((f"{short_words(month)} {month[:4]}", plain_hours(hours)) for month, hours in board.line)


def _key_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    words, both = catalogue()["board"], (board.now, board.before)
    return (
        ("Sager", *(FEW if each.cases is None else str(each.cases) for each in both)),
        (words["reached"], *(_number(each.reached) for each in both)),
        (words["agreed"], *(_number(each.agreed) for each in both)),
        (words["hours"], *(plain_hours(each.hours) for each in both)),
        (words["human_hours"], *(plain_hours(each.human_hours) for each in both)),
        (words["averted"], *(_range(each) for each in both)),
    )


def _number(value: int | None) -> str:
    return FEW if value is None else str(value)


def _range(figures: Figures) -> str:
    return FEW if figures.averted is None else f"{figures.averted[0]} til {figures.averted[1]}"


def _funnel_rows(now: Figures, before: Figures) -> tuple[tuple[str, ...], ...]:
    bars, was = funnel_bars(now), funnel_bars(before)
    return tuple((bar.label, bar.number, bar.share, old.number) for bar, old in zip(bars, was, strict=True))


def _reach_rows(now: Figures) -> tuple[tuple[str, ...], ...]:
    so_far, rows = 0, []
    for block in now.reach:
        if block.number:
            so_far += block.number
            is_left = "nobody" in block.keys
            rows.append((names("board_steps", block.keys), str(block.number), "" if is_left else str(so_far)))
    return tuple(rows)


def _unit_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    nameless = catalogue()["board"]["no_department"]
    return tuple(
        (
            " og ".join(key or nameless for key in unit.keys),
            *(str(unit.cases), _number(unit.reached), _number(unit.agreed), plain_hours(unit.hours)),
        )
        for unit in board.units
    )


def _averted_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    averted, words = averted_range(board), catalogue()["board_averted"]
    if averted is None:
        return ()
    return (
        (words[AVERTED[0]], str(averted.sure), averted.saved_sure),
        (words[AVERTED[1]], str(averted.likely), averted.saved_likely),
        (words["of"], str(averted.of), ""),
    )


def _kept_rows(now: Figures) -> tuple[tuple[str, ...], ...]:
    both = (("board_promises", now.promises), ("board_plans", now.plans))
    return tuple((names(section, block.keys), str(block.number)) for section, blocks in both for block in blocks)


def _relapse_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    rows = []
    for each in board.relapse:
        label = f"Kom igen inden {each.months} måneder"
        is_told = each.again is not None and each.of is not None
        rows.append(
            (label, f"{each.again} af {each.of}", percent(each.again or 0, each.of or 0))
            if is_told
            else (label, FEW, "")
        )
    return tuple(rows)
