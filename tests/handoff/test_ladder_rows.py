"""The rows of the ladder's form: what is right, what is said of what is wrong, what to think of."""

import pytest

from bot.organisations import DEFAULT_LADDER, LadderStep
from handoff.ladder_rows import Row, check, read_rows, rows_of, to_ladder, warnings


def test_a_ladder_comes_back_from_its_rows_as_it_was():
    assert to_ladder(rows_of(DEFAULT_LADDER)) == DEFAULT_LADDER
    mixed = (
        LadderStep(day=0, kinds=("sms",)),
        LadderStep(before_deadline=2, kinds=("knock",)),
        LadderStep(before_deadline=1, kinds=("call", "sms")),
    )
    assert to_ladder(rows_of(mixed)) == mixed


def test_rows_are_kept_in_the_order_of_their_days_whatever_order_they_were_written_in():
    rows = [Row("1", "before", "sms"), Row("5", "after", "call"), Row("0", "after", "sms"), Row("5", "after", "knock")]
    assert to_ladder(rows) == (
        LadderStep(day=0, kinds=("sms",)),
        LadderStep(day=5, kinds=("call", "knock")),
        LadderStep(before_deadline=1, kinds=("sms",)),
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Row("0"), ""),
        (Row("60", kind="knock"), ""),
        (Row("1", "before"), ""),
        (Row(""), "Skriv et helt tal fra 0 til 60. 0 er den dag, trappen begynder."),
        (Row("-1"), "Skriv et helt tal fra 0 til 60. 0 er den dag, trappen begynder."),
        (Row("²"), "Skriv et helt tal fra 0 til 60. 0 er den dag, trappen begynder."),
        (Row("61"), "Skriv et helt tal fra 0 til 60. 0 er den dag, trappen begynder."),
        (Row("0", "before"), "Skriv et helt tal fra 1 til 30. Selve fristen har rådgiveren."),
        (Row("2", "sometime"), "Vælg, hvad der skal ske, og hvor der tælles fra."),
        (Row("2", "after", "drone"), "Vælg, hvad der skal ske, og hvor der tælles fra."),
    ],
)
def test_what_is_wrong_is_said_beside_its_row(row, problem):
    assert [checked.problem for checked in check([row])] == [problem]


def test_the_same_thing_twice_on_a_day_is_wrong_but_of_two_sms_one_only_waits():
    calls = [Row("2", "after", "call"), Row("2", "before", "call"), Row("2", "after", "call")]
    assert [row.problem for row in check(calls)] == ["", "", "Det trin står der allerede."]
    texts = [Row("2"), Row("2")]
    assert [row.problem for row in check(texts)] == ["", ""]
    assert any("højst en om dagen" in words for words in warnings(to_ladder(texts)))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (rows_of(DEFAULT_LADDER), []),
        ([Row("0"), Row("1", "before")], ["Der er kun sms"]),
        ([Row("3", "after", "call")], ["Der er ingen sms"]),
        ([Row("0"), Row("0"), Row("3", "after", "call")], ["Der er to sms'er samme dag"]),
    ],
)
def test_what_to_think_of_before_saving(rows, told):
    found = list(warnings(to_ladder(rows)))
    assert len(found) == len(told)
    assert all(words.startswith(begins) for words, begins in zip(found, told, strict=True))


def test_a_form_is_read_row_by_row_and_its_cells_are_cut():
    assert read_rows([" 2 ", "x" * 99], ["after", "before"], ["call", "sms"]) == (
        Row("2", "after", "call"),
        Row("x" * 10, "before", "sms"),
    )
    assert len(read_rows(["1"] * 99, ["after"] * 99, ["sms"] * 99)) == 13
