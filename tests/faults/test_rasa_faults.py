"""Rasa is down, slow, wrong or comes and goes: residents are answered, and crisis and STOP are heard by rule."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from bench.reconciling import reconciled
from bot.db import Database
from bot.dialogs.state import Heard
from bot.models import Consent, Organisation
from bot.nlu.rasa import BUDGET_SECONDS, RasaClassifier
from bot.nlu.understand import Rated, Understanding
from tests.nlu.fake_rasa import TOKEN, FakeRasa, answers, drips, fake_rasa, hangs, hangs_up, says
from tests.rig import Rig, eventually, free_port

Do = Callable[[BaseHTTPRequestHandler], None]

WRONG: dict[str, Do] = {
    "slow": hangs,
    "drips": drips,
    "hangs up": hangs_up,
    "HTML": answers(b"<html>We will be right back</html>"),
    "500": answers(b"oops", 500),
    "another model": says({"book_flight": 0.9}),
    "NaN": answers(b'{"intent_ranking": [{"name": "greet", "confidence": NaN}]}'),
    "empty": answers(b""),
    "hears nothing": says({}),
}


class Embedded:
    """The engine that stands in: it knows one word."""

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        return [[("ask_boligstoette", 1.0)] if "boligst" in text else [] for text in (*texts, *pieces)]


class Ears:
    """Understands by way of whichever Rasa a test points at."""

    def __init__(self) -> None:
        self.at("http://127.0.0.1:1")

    def at(self, url: str) -> None:
        self._hear = Understanding(RasaClassifier(url, lambda: TOKEN, Embedded(), budget=0.5)).understand

    def __call__(self, text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        return self._hear(text, today, media=media, previous_language=previous_language)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def rig(sqlite_db: Database, ears: Ears) -> Iterator[Rig]:
    rig = Rig(sqlite_db, ears)
    rig.add_case()
    with sqlite_db.write() as session:
        session.query(Organisation).one().settings = {"messages_per_second": 1000}
    yield rig.start()
    rig.stop()


@pytest.fixture
def server() -> Iterator[FakeRasa]:
    with fake_rasa() as running:
        yield running


def ask_all_three(rig: Rig, n: int, *, is_question_heard: bool = True) -> None:
    """A question, a crisis and a STOP, from three residents."""
    question, crisis, stop = (f"+4511114{n:02d}{kind}" for kind in (1, 2, 3))
    rig.write("boligstøtte?", phone=question)
    rig.write("jeg vil ikke leve mere", phone=crisis)
    rig.write("STOP", phone=stop)
    for phone in (question, crisis, stop):
        eventually(partial(rig.got, phone))
    assert ("Udbetaling Danmark" in rig.got(question)[0]) is is_question_heard
    assert "112" in rig.got(crisis)[0]
    assert rig.conversation(crisis).priority == "crisis"
    with rig.db.read() as session:
        assert session.query(Consent).filter(Consent.phone == stop, Consent.opted_out).count() == 1


def test_whatever_rasa_answers_residents_are_answered_and_what_must_not_wait_is_heard(
    rig: Rig, ears: Ears, server: FakeRasa
):
    """What is right in form and wrong in sense is believed: it hears nothing. The rules are ours, whoever listens."""
    for n, (what, do) in enumerate(WRONG.items(), 10):
        ears.at(server.url)
        server.do = do
        ask_all_three(rig, n, is_question_heard=what != "hears nothing")
    eventually(rig.settled)
    assert reconciled(rig.db, rig.db) == []


def test_where_rasa_is_down_the_embedded_engine_answers(rig: Rig, ears: Ears):
    ears.at(f"http://127.0.0.1:{free_port()}")
    ask_all_three(rig, 40)


def test_a_rasa_that_comes_and_goes_loses_nobody(rig: Rig, ears: Ears, server: FakeRasa):
    """It answers every second time, then not at all, and is back."""
    turn = threading.Lock()
    fine, broken = says({"ask_boligstoette": 0.9}), answers(b"", 500)

    def flaps(handler: BaseHTTPRequestHandler) -> None:
        with turn:
            server.do_next = not getattr(server, "do_next", False)  # type: ignore[attr-defined]  # this test's own mark
            is_fine = server.do_next  # type: ignore[attr-defined]  # this test's own mark
        (fine if is_fine else broken)(handler)

    ears.at(server.url)
    for n, do in enumerate([flaps, broken, fine]):
        server.do = do
        phones = [f"+45111146{n}{one}" for one in range(6)]
        for phone in phones:
            rig.write("boligstøtte?", phone=phone)
        for phone in phones:
            eventually(partial(rig.got, phone))
            assert "Udbetaling Danmark" in rig.got(phone)[0]
    eventually(rig.settled)
    assert reconciled(rig.db, rig.db) == []


def test_a_rasa_that_drips_holds_no_thread_for_ever(ears: Ears, server: FakeRasa):
    """The SMS is answered in time by another; the one who asked goes home soon after."""
    server.do = drips
    ears.at(server.url)
    before = asking()
    assert [intent.name for intent in ears("boligstøtte?", date(2026, 11, 27)).intents] == ["ask_boligstoette"]
    assert server.requests == 1
    eventually(lambda: asking() <= before)


def asking() -> int:
    return sum(thread.name == "rasa" for thread in threading.enumerate())


def test_nobody_waits_longer_than_two_seconds_for_rasa():
    assert BUDGET_SECONDS == 2.0
