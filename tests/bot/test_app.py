"""The understanding, loaded late or not at all."""

from __future__ import annotations

from datetime import date

from bot.app import Lazily, by_rule_alone
from bot.turns import Understand
from tests.bot.test_db import NOON
from tests.fakes import FakeClock
from tests.rig import understand

TODAY = date(2026, 10, 27)


class Engine:
    """A classifier that cannot be loaded the first times."""

    def __init__(self, failures: int) -> None:
        self.failures, self.loads = failures, 0

    def load(self) -> Understand:
        self.loads += 1
        if self.loads <= self.failures:
            raise OSError("no space left")
        return understand


def test_it_is_loaded_once():
    engine = Engine(0)
    lazily = Lazily(engine.load, FakeClock(NOON))

    heard = [lazily("boligstøtte?", TODAY).names for _ in range(3)]

    assert heard == [("ask_boligstoette",)] * 3
    assert engine.loads == 1


def test_where_it_cannot_be_loaded_what_must_not_be_missed_is_heard_by_rule():
    lazily = Lazily(Engine(99).load, FakeClock(NOON))

    assert lazily("STOP", TODAY).names == ("opt_out",)
    assert lazily("jeg vil ikke leve mere", TODAY).names == ("crisis_self_harm",)
    assert lazily("ja", TODAY).names == ("affirm",)
    assert lazily("kan jeg få boligstøtte", TODAY).names in ((), ("out_of_scope",))


def test_it_is_tried_again_after_a_while_and_not_for_every_sms():
    engine, clock = Engine(1), FakeClock(NOON)
    lazily = Lazily(engine.load, clock)
    for _ in range(5):
        lazily("hej", TODAY)
    assert engine.loads == 1

    clock.move(minutes=5)

    assert lazily("boligstøtte?", TODAY).names == ("ask_boligstoette",)
    assert engine.loads == 2


def test_by_rule_alone_values_and_language_are_read_too():
    heard = by_rule_alone()("500 om måneden", TODAY)

    assert heard.all("amount") == (500,)
