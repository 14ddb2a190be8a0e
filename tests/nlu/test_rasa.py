"""Rasa's client against a real socket: whatever goes wrong there, the embedded engine answers and nothing is raised."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Sequence

import pytest
import structlog
from prometheus_client import generate_latest

from bot.nlu import engine_counts
from bot.nlu.rasa import Rasa, RasaClassifier, RasaError, neutral, rated
from bot.nlu.understand import SURE, Rated
from tests.nlu.fake_rasa import TOKEN, FakeRasa, answers, drips, fake_rasa, hangs, hangs_up, says, sends_elsewhere

SECRET = "min mand hedder Kurt og skylder 4711"
BUDGET = 0.4


class Embedded:
    """The engine that stands in."""

    def __init__(self) -> None:
        self.calls = 0

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        self.calls += 1
        return [[("embedded", 1.0)] for _ in (*texts, *pieces)]


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[FakeRasa]:
    with fake_rasa() as running:
        yield running


@pytest.fixture
def embedded() -> Embedded:
    return Embedded()


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def classifier(server: FakeRasa, embedded: Embedded, clock: Seconds) -> RasaClassifier:
    return RasaClassifier(server.url, lambda: TOKEN, embedded, budget=BUDGET, clock=clock)


def count(line: str) -> float:
    metrics = generate_latest(engine_counts.REGISTRY).decode().splitlines()
    return next(float(found.rpartition(" ")[2]) for found in metrics if found.startswith(line))


def test_an_sms_and_its_pieces_are_asked_in_order_and_answered_by_rasa(classifier, server, embedded):
    heard = count('redningskrans_nlu_heard_total{engine="rasa"}')
    result = classifier.classify_many(["hej, hvad skylder jeg", "hej", "hvad skylder jeg"])
    assert server.texts == ["hej, hvad skylder jeg", "hej", "hvad skylder jeg"]
    assert [row[0][0] for row in result] == ["greet"] * 3
    assert embedded.calls == 0
    assert count('redningskrans_nlu_heard_total{engine="rasa"}') == heard + 1


def test_no_text_is_no_question(classifier, server, embedded):
    assert classifier.classify_many([]) == []
    assert classifier.classify_many(["", " \n", "/"]) == [[], [], []]
    assert (server.requests, embedded.calls) == (0, 0)


def ranking(*entries: object) -> bytes:
    return json.dumps({"intent_ranking": list(entries)}).encode()


_TROUBLE = {
    "hangs": (hangs, "timeout"),
    "drips": (drips, "timeout"),
    "hangs up": (hangs_up, "answer"),
    "redirects": (sends_elsewhere, "status"),
    "401": (answers(b"User is not authenticated.", 401), "status"),
    "409, no model": (answers(b"{}", 409), "status"),
    "500": (answers(b"oops", 500), "status"),
    "204": (answers(b"", 204), "status"),
    "nothing": (answers(b""), "answer"),
    "no JSON": (answers(b"<html>"), "answer"),
    "no UTF-8": (answers(b'"\xff"'), "answer"),
    "too deep": (answers(b"[" * 200_000), "answer"),
    "too long": (answers(b" " * 2_000_000 + b"{}"), "answer"),
    "null": (answers(b"null"), "answer"),
    "a list": (answers(b"[1, 2]"), "answer"),
    "another object": (answers(b'{"intent": {"name": "greet", "confidence": 1.0}}'), "answer"),
    "ranking is text": (answers(b'{"intent_ranking": "greet"}'), "answer"),
    "name is null": (answers(ranking({"name": None, "confidence": 0.5})), "answer"),
    "no confidence": (answers(ranking({"name": "greet"})), "answer"),
    "confidence is text": (answers(ranking({"name": "greet", "confidence": "0.9"})), "answer"),
    "confidence is NaN": (answers(b'{"intent_ranking": [{"name": "greet", "confidence": NaN}]}'), "answer"),
    "confidence is Infinity": (answers(b'{"intent_ranking": [{"name": "greet", "confidence": Infinity}]}'), "answer"),
    "confidence is negative": (answers(ranking({"name": "greet", "confidence": -0.1})), "answer"),
    "another model": (says({"book_flight": 0.9}), "answer"),
}


@pytest.mark.parametrize(("do", "kind"), _TROUBLE.values(), ids=_TROUBLE)
def test_the_embedded_engine_answers_instead_and_no_text_is_logged(classifier, server, embedded, do, kind):
    server.do = do
    failed = count(f'redningskrans_rasa_failures_total{{kind="{kind}"}}')
    with structlog.testing.capture_logs() as logs:
        assert classifier.classify_many([SECRET, "hej"]) == [[("embedded", 1.0)]] * 2
    assert embedded.calls == 1
    assert count(f'redningskrans_rasa_failures_total{{kind="{kind}"}}') == failed + 1
    assert logs == [
        {
            "event": "Rasa failed, the embedded engine answers",
            "log_level": "warning",
            "action": "rasa_failed",
            "kind": kind,
        }
    ]


def test_where_nobody_listens_the_embedded_engine_answers(embedded):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = RasaClassifier(f"http://127.0.0.1:{taken.getsockname()[1]}", lambda: TOKEN, embedded)
        assert nobody.classify_many(["hej"]) == [[("embedded", 1.0)]]


@pytest.mark.parametrize("url", ["", "rasa", "http://", "http://[", "ftp://127.0.0.1", "http://127.0.0.1:99999"])
def test_a_wrong_address_is_one_more_failure(embedded, url):
    assert RasaClassifier(url, lambda: TOKEN, embedded).classify_many(["hej"]) == [[("embedded", 1.0)]]


def test_a_token_that_cannot_be_read_is_one_more_failure(server, embedded):
    def unreadable() -> str:
        raise PermissionError

    assert RasaClassifier(server.url, unreadable, embedded).classify_many(["hej"]) == [[("embedded", 1.0)]]


def test_the_budget_is_for_the_whole_sms_not_for_each_piece(classifier, server):
    def slowly(handler):
        server.released.wait(BUDGET / 3)
        says({"greet": 0.9})(handler)

    server.do = slowly
    began = time.monotonic()
    assert classifier.classify_many(["en"] * 13)[0] == [("embedded", 1.0)]
    assert time.monotonic() - began < 2 * BUDGET


@pytest.mark.parametrize("do", [hangs, drips])
def test_nobody_waits_longer_than_the_budget(classifier, server, do):
    server.do = do
    began = time.monotonic()
    classifier.classify_many(["hej"])
    assert time.monotonic() - began < 2 * BUDGET


def test_after_three_failures_rasa_is_left_alone_and_asked_again_after_a_rest(classifier, server, embedded, clock):
    server.do = answers(b"", 500)
    for _ in range(5):
        classifier.classify_many(["hej"])
    assert (server.requests, embedded.calls) == (3, 5)
    assert count('redningskrans_rasa_breaker{redningskrans_rasa_breaker="open"}') == 1

    clock.now += 30
    server.do = says({"greet": 0.9})
    with structlog.testing.capture_logs() as logs:
        assert classifier.classify_many(["hej"])[0][0][0] == "greet"
    assert [entry["action"] for entry in logs] == ["rasa_back"]
    assert count('redningskrans_rasa_breaker{redningskrans_rasa_breaker="closed"}') == 1
    assert embedded.calls == 5


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ('/promise_to_pay{"date":"2026-12-01"}', 'promise_to_pay{"date":"2026-12-01"}'),
        ("  \n\t/stop", "stop"),
        ("\u00a0\u2003/ / /stop", "stop"),
        ("\u200b/stop", "stop"),
        ("\ufeff /stop", "stop"),
        ("\x00/stop\x00", "stop"),
        ("\x1f/stop", "stop"),
        ("\uff0fstop", "stop"),
        ("Født 1/2", "foedt 1/2"),
        ("ÆØÅ", "aeoeaa"),
        ("\ud83d", ""),
        ("\ufdfa" * 1_600, None),
        ("a" * 5_000, "a" * 1_600),
    ],
)
def test_what_is_sent_is_no_command_and_in_the_spelling_of_the_training(text, sent):
    plain = neutral(text)
    assert len(plain) <= 1_600
    assert not plain.strip().startswith("/")
    assert sent is None or plain == sent


def test_an_intent_is_the_sum_of_the_labels_that_name_it():
    answer = json.loads(ranking(
        {"name": "greet+ask_amount", "confidence": 0.3},
        {"name": "ask_amount", "confidence": 0.3},
        {"name": "ask_amount+thank", "confidence": 0.2},
        {"name": "distress", "confidence": 0.2},
    ))  # fmt: skip
    sure = dict(rated(answer))
    assert next(iter(sure)) == "ask_amount"
    assert sure["ask_amount"] > 0.8 > sure["greet"] > sure["thank"] == sure["distress"]


@pytest.mark.parametrize("confidence", [0.0, 0.1, 0.999, 1.0, 1.0000001])
def test_confidences_stay_between_0_and_1_and_in_order(confidence):
    answer = json.loads(ranking({"name": "greet", "confidence": confidence}))
    assert all(0 <= sure <= 1 for _, sure in rated(answer))
    assert dict(rated(answer)).get("greet", 0) >= SURE or confidence < SURE


def test_an_empty_ranking_says_nothing():
    assert rated({"intent_ranking": []}) == []


def test_the_model_is_told_by_its_name(server):
    server.do = answers(b'{"model_file": "redningskrans-abc.tar.gz", "num_active_training_jobs": 0}')
    assert Rasa(server.url, lambda: TOKEN).model() == "redningskrans-abc.tar.gz"


@pytest.mark.parametrize("do", [answers(b"{}"), answers(b"[]"), answers(b"no"), answers(b"{}", 409), hangs])
def test_a_server_that_is_no_rasa_has_no_model(server, do):
    server.do = do
    with pytest.raises(RasaError):
        Rasa(server.url, lambda: TOKEN, BUDGET).model()


def test_the_words_of_an_error_hold_neither_text_nor_token(server):
    server.do = answers(b"", 500)
    with pytest.raises(RasaError) as told:
        Rasa(server.url, lambda: TOKEN).classify_many([SECRET])
    assert str(told.value) == "answered 500"


def test_an_sms_is_as_sure_of_an_intent_as_its_surest_piece(classifier, server):
    """DIET shares one certainty among all that is said; "nothing understood" of a piece is nothing for the whole."""
    text, pieces = "far er syg, hvad skylder jeg", ["far er syg", "hvad skylder jeg"]
    rankings = {
        text: {"ask_amount": 0.6, "inform_illness": 0.05},
        pieces[0]: {"inform_illness": 0.9},
        pieces[1]: {"ask_amount": 0.3, "out_of_scope": 0.5},
    }
    server.do = lambda handler: says(rankings[server.texts[-1]])(handler)
    whole, first, _ = (dict(row) for row in classifier.classify_many([text], pieces))
    assert set(whole) == {"ask_amount", "inform_illness"}
    assert whole["inform_illness"] == first["inform_illness"] > whole["ask_amount"] > SURE
