"""The understanding, loaded late or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from flask import request

from bot.app import Lazily, Service, by_rule_alone
from bot.db import Database
from bot.turns import Understand
from tests.bot.test_db import NOON
from tests.fakes import FakeClock
from tests.rig import demo_settings, understand

CLIENT, FORGED = "203.0.113.7", "198.51.100.1"
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


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, CLIENT), (2, FORGED)])
def test_whose_address_counts_is_told_by_the_proxies_that_are_ours_alone(sqlite_db: Database, proxies: int, seen: str):
    """One proxy adds the caller to what the caller claims; limits are by this address."""
    settings = demo_settings(sqlite_db, 8000).model_copy(update={"trusted_proxies": proxies, "demo": False})
    app = Service(settings, db=sqlite_db, understand=understand).app
    app.add_url_rule("/from", view_func=lambda: str(request.remote_addr))
    assert app.test_client().get("/from", headers={"X-Forwarded-For": f"{FORGED}, {CLIENT}"}).text == seen
