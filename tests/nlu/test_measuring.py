"""One set of messages put to one engine: as it is used, and without the splitting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.nlu.examples import Example
from bot.nlu.measuring import BOTH, PIECES, WHOLE, Remembering, measure
from bot.nlu.understand import Rated

DAY = date(2026, 11, 27)
RENT, JOB = "min husleje er for høj", "jeg har lige mistet mit job"
BOTH_SAID = f"{RENT}. {JOB}."


class Ears:
    """Hears the rent where a text begins with it, the job best where it stands alone; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.asked_as_pieces: list[str] = []

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        self.asked += texts
        self.asked_as_pieces += pieces
        return [self._hear(text) for text in (*texts, *pieces)]

    def _hear(self, text: str) -> Rated:
        if text.startswith(RENT):
            return [("cannot_pay", 0.9), ("inform_job_loss", 0.4)] if JOB in text else [("cannot_pay", 0.9)]
        return [("inform_job_loss", 0.8)] if text.startswith(JOB) else [("out_of_scope", 0.7)]


def test_the_ways_to_split_are_compared():
    ways = measure("ears", Ears(), [Example(BOTH_SAID, ("cannot_pay", "inform_job_loss"))], DAY).splitting
    assert {way: report.exact.right for way, report in ways.items()} == {WHOLE: 0, PIECES: 1, BOTH: 1}


def test_the_last_way_is_the_report_itself():
    measured = measure("ears", Ears(), [Example(RENT, ("cannot_pay",))], DAY)
    assert list(measured.splitting)[-1] == BOTH
    assert measured.splitting[BOTH] is measured.report


def test_what_is_said_beside_nothing_understood_is_all_that_is_said():
    text = f"{RENT}. noget helt andet her."
    ways = measure("ears", Ears(), [Example(text, ("cannot_pay",))], DAY).splitting
    assert ways[PIECES].pairs[0][1].names == ("cannot_pay",)


def test_no_text_is_asked_about_twice():
    ears = Ears()
    measure("ears", ears, [Example(BOTH_SAID, ("cannot_pay",)), Example(RENT, ("cannot_pay",))], DAY)
    assert len(ears.asked) == len(set(ears.asked)) > 0
    assert len(ears.asked_as_pieces) == len(set(ears.asked_as_pieces)) > 0


def test_a_remembered_answer_stands_where_it_was_asked_for():
    ears = Ears()
    remembering = Remembering(ears)
    remembering.classify_many([JOB])
    assert remembering.classify_many([RENT, JOB, RENT]) == [
        [("cannot_pay", 0.9)], [("inform_job_loss", 0.8)], [("cannot_pay", 0.9)],
    ]  # fmt: skip
    assert ears.asked == [JOB, RENT]


def test_a_message_is_read_on_its_own_day():
    own = Example("i morgen", ("promise_to_pay",), now=date(2026, 1, 1))
    report = measure("ears", Ears(), [own, Example("i morgen", ("promise_to_pay",))], DAY).report
    assert [heard.values[0].value for _, heard in report.pairs] == ["2026-01-02", "2026-11-28"]
