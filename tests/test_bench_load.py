"""What ``make bench`` measures of the load can be measured, with real processes. Never how long anything takes."""

from __future__ import annotations

import asyncio
import re

import pytest

from bench.charts import Bars, Picture, drawn
from bench.drive import Measured
from bench.gateway import Gateway
from bench.load import BARE, DEAF, Effort, SetUp, measured
from bench.load_figures import Closed, Figures
from bench.load_targets import targets
from bench.page import Section, Table
from bench.residents import Street, answered
from bench.waves import sqlite
from bench.wire import Caller
from bot.app import by_rule_alone
from bot.gateway import Accepted, Outgoing
from bot.twilio_gateway import TwilioGateway
from tests.rig import NOW

SMALL = Effort(Street(residents=40, talks=6), (2,), (0.0,), warm_up=0.1, seconds=0.6, open_rate=5, open_seconds=0.6)
OPENED = SetUp(DEAF.name, DEAF.engine, DEAF.commands, opened=(True,))


@pytest.fixture(scope="module")
def section() -> Section:
    """The bare limit and the worker without an engine, on SQLite, as little as can be."""
    with sqlite() as new:
        return measured({"SQLite": new}, (BARE, OPENED), {"none": by_rule_alone()}, SMALL)


def tables(section: Section) -> dict[str, Table]:
    return {part.columns[0]: part for part in section.parts if isinstance(part, Table)}


def test_the_bare_limit_and_the_turns_are_measured_by_signed_webhooks_to_real_processes(section: Section):
    found = tables(section)
    assert [row[:2] for row in found["acknowledgements"].rows] == [("SQLite, the bare limit", "2")]
    assert [row[:2] for row in found["turns"].rows] == [("SQLite, web + worker, engine none, 0 ms", "2")]
    for table in (found["acknowledgements"], found["turns"], found["5 a second"], found["memory"]):
        for row in table.rows:
            assert [cell for cell in row[1:] if not re.fullmatch(r"\d+(\.\d+)?( %)?", cell)] == []


def test_every_process_is_named_with_what_it_holds(section: Section):
    names = [row[0].rpartition(": ")[2] for row in tables(section)["memory"].rows]
    assert names == ["bench.bare", "web", "bench.deaf"]
    assert all(float(cell) > 1 for row in tables(section)["memory"].rows for cell in row[1:])


def test_what_was_asked_for_stands_beside_what_came(section: Section):
    rows = tables(section)["asked for"].rows
    assert any("whole turns" in row[0] for row in rows)
    assert {row[3] for row in rows} <= {"met", "**not met**"}


def of(set_up: str, engine: str, done: int, late: float, latency: float = 0.0) -> Closed:
    run = Measured(1.0, done, acknowledged=[late] * 5, cpu={"web": 0.5})
    return Closed("SQLite", set_up, engine, latency, 32, run)


def test_a_figure_that_is_not_reached_is_said_not_to_be_met():
    figures = Figures([of("the bare limit", "–", 100, 0.01), of("web + worker", "none", 39, 0.01)])
    (share,) = [row for part in targets(figures) if isinstance(part, Table) for row in part.rows]
    assert share[1:] == ("≥ 40 % of the bare limit", "39.0 %", "**not met**")


def test_a_turn_that_costs_too_much_is_said_not_to_be_met():
    figures = Figures([of("web + worker", "embedded", 50, 0.01)])
    rows = [row for part in targets(figures) if isinstance(part, Table) for row in part.rows]
    assert ("SQLite: CPU a turn, embedded engine", "< 8 ms", "10.0 ms", "**not met**") in rows


def test_the_products_own_gateway_takes_the_fake_one_for_twilio():
    async def ask() -> object:
        gateway = Gateway("invented")
        await gateway.start()
        ours = TwilioGateway("AC" + "0" * 32, "invented", f"http://127.0.0.1:{gateway.port}")
        outgoing = Outgoing("+4511110010", "+4511114027", "Hej", "http://127.0.0.1/sms/status?message=1", None)
        told = gateway.expect("+4511114027")
        answer = await asyncio.to_thread(ours.send, outgoing)
        found = await asyncio.to_thread(ours.look_up, outgoing, NOW, frozenset())
        await gateway.stop()
        return answer, told.done(), found

    assert asyncio.run(ask()) == (Accepted("SMf" + "0" * 30 + "1", "sending"), True, None)


def test_a_connection_is_kept_for_the_next_question():
    async def ask() -> tuple[int, int]:
        gateway = Gateway("invented")
        await gateway.start()
        caller = Caller(gateway.port)
        for _ in range(3):
            answer = await caller.post("/Messages.json", {"To": "+4511114027"}, {})
        kept = len(caller._idle)
        await caller.close()
        await gateway.stop()
        return answer.status, kept

    assert asyncio.run(ask()) == (201, 1)


def test_a_picture_has_a_title_and_a_description_and_colours_for_the_dark():
    picture = drawn("one", "Title & more", "Said in words.", [Bars("a", {"x": 3.0, "y": 30.0}), Bars("a", {"z": 1.0})])
    assert '<title id="t">Title &amp; more</title><desc id="d">Said in words.</desc>' in picture.svg
    assert "prefers-color-scheme: dark" in picture.svg
    assert len(re.findall(r'<rect class="c\d" x="230" y="\d+" width="[\d.]+" height="14"', picture.svg)) == 3
    assert str(picture) == "![Said in words.](pictures/bench/one.svg)"


def test_the_picture_of_the_load_is_written_beside_the_page(section: Section):
    (picture,) = [part for part in section.parts if isinstance(part, Picture)]
    assert picture.svg.count("<svg") == 1
    assert "the bare limit" in picture.svg


def test_no_talk_is_longer_than_the_bot_answers():
    talks = answered(by_rule_alone(), ["hvem er du?"], 3)
    assert talks
    assert all(1 <= len(texts) <= 3 for texts in talks)
