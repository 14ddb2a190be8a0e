"""No group of one to four can be read off the board or worked out from it: within a picture, and from view to view."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.board.cells import Cell, Sums, View
from handoff.board.courses import ENDINGS, GOOD
from handoff.board.figures import Line, read_figures, table
from handoff.board.small import Block, blocks_of, is_small, keep_apart, may_show, veil

MONTHS = ("2026-10", "2026-11", "2026-12")
numbers = st.integers(0, 12)
endings = st.fixed_dictionaries({key: st.one_of(st.just(0), st.integers(0, 9)) for key in ENDINGS})


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ([("a", 11), ("b", 10), ("c", 8)], [("a", 11), ("b", 10), ("c", 8)]),
        ([("a", 11), ("b", 2), ("c", 8)], [("a", 11), ("bc", 10)]),
        ([("a", 11), ("b", 9), ("c", 1)], [("a", 11), ("bc", 10)]),
        ([("a", 2), ("b", 2), ("c", 8)], [("abc", 12)]),
        ([("a", 0), ("b", 7)], [("a", 0), ("b", 7)]),
        ([("a", 1), ("b", 2)], []),
    ],
)
def test_a_group_that_is_too_small_stands_with_its_neighbour(groups, shown):
    assert [("".join(block.keys), block.number) for block in blocks_of(groups)] == shown


def test_a_small_group_stays_on_its_own_side_where_it_can():
    shown = blocks_of([("paid", 9), ("plan", 2), ("none", 7)], side=("paid", "plan"))

    assert shown == (Block(("paid", "plan"), 11), Block(("none",), 7))


@given(st.lists(numbers, min_size=1, max_size=8))
def test_the_blocks_are_the_whole_and_none_is_small(sizes):
    shown = blocks_of([(str(place), size) for place, size in enumerate(sizes)])

    assert not any(is_small(block.number) for block in shown)
    assert sum(block.number for block in shown) == sum(sizes) or is_small(sum(sizes))


@given(st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=7))
def test_figures_of_one_whole_never_differ_by_a_few(values):
    shown = keep_apart([(str(place), value) for place, value in enumerate(values)], 60)

    told = [0, 60, *(value for value in shown.values() if value is not None)]
    assert not any(is_small(abs(a - b)) for a, b in combinations(told, 2))


@given(st.lists(st.tuples(numbers, numbers).map(lambda two: (two[0], two[0] + two[1])), max_size=6))
def test_a_column_with_a_known_sum_hides_nobody_alone(cells):
    hidden = [cell for cell, is_shown in zip(cells, veil(cells), strict=True) if not is_shown]

    assert all(may_show(n, of) for (n, of), shown in zip(cells, veil(cells), strict=True) if shown)
    if len(hidden) < len(cells):
        for found in ([n for n, _ in hidden], [of - n for n, of in hidden]):
            assert sum(found) == 0 or (sum(found) >= 5 and sum(n > 0 for n in found) > 1)


def sums_of(drawn: list[list[dict[str, int]]]) -> Sums:
    cells = {}
    for organisation_id, months in enumerate(drawn, 1):
        for month, groups in zip(MONTHS, months, strict=True):
            cell = Cell()
            cell.counts.update({("ending", key): number for key, number in groups.items()})
            cell.counts["cases", "all"] = sum(groups.values())
            cell.counts["stage", "agreed"] = sum(groups[key] for key in GOOD)
            cells[organisation_id, month] = cell
    return Sums(cells)


@settings(max_examples=80)
@given(st.lists(st.lists(endings, min_size=3, max_size=3), min_size=2, max_size=3))
def test_no_small_group_can_be_worked_out_from_months_and_quarter_or_organisations_and_all(drawn):
    """What a view tells of some groups, less what its parts tell of them, is nobody or five and more in two places."""
    sums, ids = sums_of(drawn), tuple(range(1, len(drawn) + 1))
    views = [View(ids, MONTHS), *(View(ids, (m,)) for m in MONTHS), *(View((i,), MONTHS) for i in ids)]
    for view in views:
        for block in sums.blocks(view, "ending", ENDINGS, GOOD):
            assert not is_small(block.number)
            for parts in view.parts():
                left, hidden = block.number, 0
                for part in parts:
                    told = sums.blocks(part, "ending", ENDINGS, GOOD)
                    inside = [each for each in told if set(each.keys) <= set(block.keys)]
                    if told and all(set(e.keys) <= set(block.keys) or not set(e.keys) & set(block.keys) for e in told):
                        left -= sum(each.number for each in inside)
                    elif sums.counts(part)["cases", "all"]:
                        hidden += 1
                assert left == 0 or (left >= 5 and hidden > 1), (view, block)


@settings(max_examples=60)
@given(st.lists(st.lists(endings, min_size=3, max_size=3), min_size=2, max_size=3))
def test_how_many_are_agreed_tells_nothing_more_of_a_few(drawn):
    sums, ids = sums_of(drawn), tuple(range(1, len(drawn) + 1))
    for view in (View(ids, MONTHS), View(ids, MONTHS[:1]), View((1,), MONTHS)):
        found = read_figures(sums, view)
        if found.agreed is not None and found.cases:
            good = sum(block.number for block in found.endings if set(block.keys) <= set(GOOD))
            assert not is_small(found.agreed)
            assert not is_small(found.cases - found.agreed)
            assert not is_small(abs(found.agreed - good))


def test_a_quarter_does_not_tell_of_the_one_month_that_is_hidden():
    one = dict.fromkeys(ENDINGS, 0) | {"paid": 20, "open": 20}
    sums = sums_of([[one | {"evicted": 7}, one | {"evicted": 6}, one | {"evicted": 2}], [one, one, one]])

    quarter = sums.blocks(View((1,), MONTHS), "ending", ENDINGS, GOOD)

    assert ("evicted",) in [b.keys for b in sums.blocks(View((1,), MONTHS[:1]), "ending", ENDINGS, GOOD)]
    assert ("evicted",) not in [block.keys for block in quarter]


def test_small_departments_are_one_line_and_a_hidden_figure_is_never_alone():
    lines = [Line("A", 31, 26, 15, (3600,) * 5), Line("B", 30, 22, 14, ()), Line("C", 3, 3, 0, ())]

    found = table(lines)

    assert [(unit.keys, unit.cases, unit.hours) for unit in found] == [(("A",), 31, 1.0), (("B", "C"), 33, None)]
    assert [unit.reached for unit in found] == [26, 25]
