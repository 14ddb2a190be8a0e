"""The board in Danish words, ready for the page and the file: both show the very same figures, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from handoff.board.charts import Column, Dot, columns, dots, share, strokes, top_of
from handoff.board.courses import AVERTED, GOOD, STAGES
from handoff.board.figures import Figures
from handoff.board.periods import short_words
from handoff.board.reading import Board
from handoff.board.sheet import Table
from handoff.board.small import Block
from handoff.formats import kroner
from handoff.wording import catalogue, word

_NBSP = "\N{NO-BREAK SPACE}"
#: What stands for a figure that would say something about a few.
FEW = "for få"
NONE = "–"


@dataclass(frozen=True, slots=True)
class Stat:
    """One of the four figures on top."""

    name: str
    figure: str
    told: str


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
    now, before = board.now, board.before
    hours = [value for _, value in board.line if value is not None]
    line_top = top_of(max(hours, default=0))
    found = dots([(short_words(m), v, decimal(v) if v is not None else "") for m, v in board.line], line_top)
    steps = _steps(now)
    cases = now.cases or 0
    averted = _averted(board)
    named = {key: _named(board, key) for key in ("reasons", "facts", "help")}
    return Shown(
        cases=now.cases,
        before_words=board.period.before.words,
        stats=_stats(board, averted),
        funnel=_funnel(now),
        steps=columns(steps, top_of(cases)),
        steps_top=top_of(cases),
        endings=_endings(now),
        line=found,
        strokes=strokes(found),
        line_top=line_top,
        averted=averted,
        reasons=named["reasons"],
        facts=named["facts"],
        help=named["help"],
        tables=_tables(board, before, unit_word, named),
        cost=kroner(board.cost * 100),
        costs_differ=board.costs_differ,
    )


def decimal(value: float) -> str:
    """5,2"""
    return str(format_decimal(round(value, 1), format="#,##0.#", locale="da"))


def percent(number: int, of: int) -> str:
    """80 %"""
    return f"{round(100 * number / of)}{_NBSP}%" if of else NONE


def _hours(value: float | None) -> str:
    return FEW if value is None else f"{decimal(value)}{_NBSP}{'time' if decimal(value) == '1' else 'timer'}"


def _stats(board: Board, averted: Averted | None) -> tuple[Stat, ...]:
    now, before, was = board.now, board.before, board.period.before.words
    words, cases = catalogue()["board"], now.cases or 0
    reached = FEW if now.reached is None else f"{now.reached} af {cases}"
    share_now = "" if now.reached is None else f"{percent(now.reached, cases)}, "
    good = FEW if now.agreed is None else str(now.agreed)
    good_share = "" if now.agreed is None else f"{percent(now.agreed, cases)} af sagerne, "
    ends = FEW if averted is None else f"{averted.sure} til {averted.likely}"
    saved = words["too_few"] if averted is None else f"sparet {averted.saved_sure} til {averted.saved_likely}"
    return (
        Stat(words["reached"], reached, f"{share_now}i {was} {_before(before, before.reached)}"),
        Stat(words["hours"], _hours(now.hours), f"median i kontortid, i {was} {_plain_hours(before.hours)}"),
        Stat(words["agreed"], good, f"{good_share}i {was} {_before(before, before.agreed)}"),
        Stat(words["averted"], ends, saved),
    )


def _before(before: Figures, number: int | None) -> str:
    if before.cases == 0:
        return "ingen sager"
    return FEW if number is None or not before.cases else percent(number, before.cases)


def _plain_hours(value: float | None) -> str:
    return FEW if value is None else decimal(value)


def _bar(label: str, number: int | None, of: int, widest: int, tone: str = "") -> Bar:
    if number is None:
        return Bar(label, FEW, "", 0.0, tone)
    return Bar(label, str(number), percent(number, of), share(number, widest), tone)


def _funnel(now: Figures) -> tuple[Bar, ...]:
    cases = now.cases or 0
    rows = [_bar(word("board_stages", stage), now.stages.get(stage), cases, cases) for stage in STAGES]
    return (Bar(word("board_stages", "cases"), str(cases), "sager", 100.0), *rows)


def names(section: str, keys: Sequence[str]) -> str:
    """Betalt · Fraflyttet eller udsat · Brev, dør og postkort"""
    words = [word(section, key) for key in keys]
    words = [words[0], *(text[:1].lower() + text[1:] for text in words[1:])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} eller {words[-1]}"


def _steps(now: Figures) -> list[tuple[tuple[str, ...], int]]:
    """The steps that brought somebody, merged where they must be; none when it cannot be told how many are left."""
    alone = bool(now.reach) and now.reach[-1].keys == ("nobody",)
    told = now.reach[:-1] if alone else ()
    counts = [(block, [key for key in block.keys if key != "before" or len(block.keys) == 1]) for block in told]
    return [(_lines(keys), block.number) for block, keys in counts if block.number]


def _lines(keys: Sequence[str]) -> tuple[str, ...]:
    """What stands under a column: a few short words, each on a line."""
    short = [word("board_steps", key) for key in keys]
    return tuple(short) if len(short) < 3 else (short[0], f"til {short[-1].lower()}")


_TONES = {"no_contact": "grey", "open": "soft", "other": "soft", "moved_out": "soft", "evicted": "soft"}


def _endings(now: Figures) -> tuple[Bar, ...]:
    shown = [block for block in now.endings if block.number]
    widest = max((block.number for block in shown), default=0)
    return tuple(_ending(block, now.cases or 0, widest) for block in shown)


def _ending(block: Block, cases: int, widest: int) -> Bar:
    tone = "" if block.keys[0] in GOOD else _TONES.get(block.keys[0], "soft")
    return _bar(names("board_endings", block.keys), block.number, cases, widest, tone)


def _averted(board: Board) -> Averted | None:
    if board.now.averted is None or not board.now.averted[2]:
        return None
    sure, likely, of = board.now.averted
    saved = [kroner(number * board.cost * 100) for number in (sure, likely)]
    return Averted(sure, likely, of, share(sure, of), share(likely, of), saved[0], saved[1])


def _named(board: Board, kind: str) -> tuple[Bar, ...]:
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


def _tables(board: Board, before: Figures, unit: str, named: dict[str, tuple[Bar, ...]]) -> dict[str, Table]:
    now, words = board.now, catalogue()["board"]
    period, was = board.period.words, board.period.before.words
    number, part = words["number"], words["share"]
    tables = {
        "key": Table(words["key"], ("", period, was), _key_rows(board)),
        "funnel": Table(words["funnel"], ("", period, part, was), _funnel_rows(now, before)),
        "reach": Table(words["reach"], ("", words["new"], words["in_all"]), _reach_rows(now)),
        "endings": Table(words["endings"], ("", number, part), _cells(_endings(now))),
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
    return tuple((f"{short_words(month)} {month[:4]}", _plain_hours(hours)) for month, hours in board.line)


def _key_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    words, both = catalogue()["board"], (board.now, board.before)
    return (
        ("Sager", *(FEW if each.cases is None else str(each.cases) for each in both)),
        (words["reached"], *(_number(each.reached) for each in both)),
        (words["agreed"], *(_number(each.agreed) for each in both)),
        (words["hours"], *(_plain_hours(each.hours) for each in both)),
        (words["human_hours"], *(_plain_hours(each.human_hours) for each in both)),
        (words["averted"], *(_range(each) for each in both)),
    )


def _number(value: int | None) -> str:
    return FEW if value is None else str(value)


def _range(figures: Figures) -> str:
    return FEW if figures.averted is None else f"{figures.averted[0]} til {figures.averted[1]}"


def _funnel_rows(now: Figures, before: Figures) -> tuple[tuple[str, ...], ...]:
    bars, was = _funnel(now), _funnel(before)
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
            *(str(unit.cases), _number(unit.reached), _number(unit.agreed), _plain_hours(unit.hours)),
        )
        for unit in board.units
    )


def _averted_rows(board: Board) -> tuple[tuple[str, ...], ...]:
    averted, words = _averted(board), catalogue()["board_averted"]
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
