"""The real Rasa server, as ``make rasa`` starts it, with a model of few epochs: what the fake server cannot know."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from bot.cli import app
from bot.nlu.rasa import Rasa, RasaClassifier, RasaError
from bot.nlu.understand import Rated, Understanding
from bot.settings import HOME, Settings

HOUSE = [sys.executable, str(HOME / "tools" / "rasa_house.py")]
TODAY = date(2026, 11, 25)
SECRET = "min mand hedder Kurt Hemmelig og jeg kan ikke betale"
#: Installing takes half a minute and training one or two, on a busy machine more.
PATIENCE = 900

pytestmark = pytest.mark.skipif("WITHOUT_RASA" in os.environ, reason="WITHOUT_RASA is set: Rasa is not tested")


class Nobody:
    """Stands in where no engine may: Rasa itself has to answer."""

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        raise AssertionError("Rasa did not answer")


class Embedded:
    """Stands in, and can be told from Rasa."""

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        return [[("embedded", 1.0)] for _ in (*texts, *pieces)]


class Server:
    """Rasa, which can be started again on the same port."""

    def __init__(self, output: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url, self.output = f"http://127.0.0.1:{self.port}", output
        self.start()

    def start(self) -> None:
        with self.output.open("a") as file:
            command = [*HOUSE, "serve", "--quick", "--port", str(self.port)]
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        pause, until = threading.Event(), time.monotonic() + 180
        while not self.answers():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            pause.wait(0.3)

    def answers(self) -> bool:
        try:
            return bool(self.rasa().model())
        except RasaError:
            return False

    def rasa(self) -> Rasa:
        return Rasa(self.url, secret)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def secret() -> str:
    return Settings.from_env().rasa_secret()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    prepared = subprocess.run([*HOUSE, "train", "--quick"], capture_output=True, text=True, timeout=PATIENCE)
    if prepared.returncode:
        pytest.fail(f"{prepared.stderr}\nWithout Python 3.10: WITHOUT_RASA=1 make test", pytrace=False)
    running = Server(tmp_path_factory.mktemp("rasa") / "output.txt")
    yield running
    running.kill()


@pytest.fixture
def environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU", "rasa")
    monkeypatch.setenv("RASA_URL", server.url)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("jeg vil gerne tale med et menneske", "ask_human"),
        ("kan jeg få boligstøtte når jeg bor alene?", "ask_boligstoette"),
        ("hvor meget er det jeg skylder jer", "ask_amount"),
        ("jeg er sygemeldt med stress", "inform_illness"),
    ],
)  # fmt: skip
def test_plain_sentences_are_understood(server, text, intent):
    """Likelier than all else: how sure it is, the tests' model, which learnt little, cannot tell."""
    assert server.rasa().classify_many([text])[0][0][0] == intent


def test_an_sms_is_understood_by_way_of_rasa(server):
    classifier = RasaClassifier(server.url, secret, Nobody())
    assert "ask_boligstoette" in Understanding(classifier).understand("hej, hvad med boligstøtte?", TODAY).names


@pytest.mark.parametrize("blank", ["", "  ", "\n", "\u00a0", "\u2003", "\x1f", "\x00", "\ufeff", "\uff0f"])
def test_a_text_with_a_slash_is_no_command(server, blank):
    """Rasa would be sure of it, and it would be the only thing that was said."""
    meant = server.rasa().classify_many([blank + '/crisis_self_harm{"amount": "1"}'])[0]
    assert meant != [("crisis_self_harm", 1.0)]


def test_rasa_itself_would_carry_the_command_out(server):
    """Else the test above shows nothing."""
    body = {"text": " /crisis_self_harm"}
    answer = requests.post(f"{server.url}/model/parse", params={"token": secret()}, json=body, timeout=10)
    assert answer.json()["intent"] == {"name": "crisis_self_harm", "confidence": 1.0}


@pytest.mark.parametrize("params", [{}, {"token": ""}, {"token": "guessed"}])
def test_the_token_is_demanded(server, params):
    answer = requests.post(f"{server.url}/model/parse", params=params, json={"text": "hej"}, timeout=10)
    assert answer.status_code == 401


def test_rasas_own_chat_which_asks_for_no_token_is_closed(server):
    body = {"sender": "anybody", "message": "hej"}
    assert requests.post(f"{server.url}/webhooks/rest/webhook", json=body, timeout=10).status_code == 404


def test_it_listens_on_this_machine_alone(server):
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", server.port)) != 0


def test_the_token_is_the_owners_alone(server):
    assert (HOME / "var" / "rasa" / "token").stat().st_mode & 0o077 == 0
    shown = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(server.process.pid)], capture_output=True, text=True)
    assert "rasa" in shown.stdout
    assert secret() not in shown.stdout


@pytest.mark.parametrize("text", ["😀" * 70, "æ" * 1_600, "\x00", "۱۲۳", "?", "{}[]()", "مرحبا", "a" * 5_000, "\ud83d"])
def test_odd_texts_get_an_answer(server, text):
    assert len(server.rasa().classify_many([text, "hej"])) == 2


def test_an_sms_of_many_pieces_keeps_the_budget(server):
    pieces = [f"jeg har {n} børn og kan ikke betale huslejen til tiden" for n in range(12)]
    assert len(server.rasa().classify_many([". ".join(pieces), *pieces])) == 13


def test_rasa_writes_nothing_of_what_residents_write(server):
    server.rasa().classify_many([SECRET, f"/{SECRET}", SECRET.upper()])
    written = [server.output, *(path for path in (HOME / "var" / "rasa").rglob("*") if path.suffix != ".gz")]
    assert [path for path in written if path.is_file() and b"hemmelig" in path.read_bytes().lower()] == []


@pytest.mark.usefixtures("environment")
def test_doctor_names_the_model():
    told = CliRunner().invoke(app, ["doctor"]).stdout
    assert f"ok     Rasa       {Settings.from_env().rasa_url} answers with quick-" in told
    assert "stands in when Rasa does not answer" in told


@pytest.mark.usefixtures("environment")
def test_evaluate_judges_rasa(tmp_path):
    file = tmp_path / "own.yml"
    file.write_text("nlu:\n- intent: ask_boligstoette\n  examples: |\n    - kan min kusine få boligstøtte\n")
    told = CliRunner().invoke(app, ["nlu", "evaluate", str(file), "--engine", "rasa"])
    assert told.exit_code == 0
    assert "micro-F1 1.000" in told.stdout


class TestKilled:
    """In this order, and last: the server goes away and comes back."""

    def test_whoever_asks_while_it_dies_is_answered_by_the_embedded_engine(self, server):
        classifier = RasaClassifier(server.url, secret, Embedded())
        assert classifier.classify_many(["hej"])[0][0][0] != "embedded"
        answered: list[str] = []
        gone = threading.Event()

        def ask() -> None:
            while not gone.is_set():
                answered.append(classifier.classify_many(["jeg kan ikke betale", "hej"])[0][0][0])
            answered.append(classifier.classify_many(["hej"])[0][0][0])

        asker = threading.Thread(target=ask)
        asker.start()
        server.kill()
        gone.set()
        asker.join(30)
        assert answered[-1] == "embedded"

    @pytest.mark.usefixtures("environment")
    def test_doctor_says_what_to_do(self, server):
        done = CliRunner().invoke(app, ["doctor"])
        assert done.exit_code == 1
        assert (
            f"WRONG  Rasa       {server.url} cannot be reached. The embedded engine answers meanwhile." in done.stdout
        )
        assert "make rasa" in done.stdout

    @pytest.mark.usefixtures("environment")
    def test_evaluate_does_not_judge_the_other_engine_instead(self, server):
        done = CliRunner().invoke(app, ["nlu", "evaluate"])
        assert done.exit_code == 2
        assert "cannot be reached" in done.stderr
        assert "make rasa" in done.stderr

    def test_when_it_is_back_rasa_answers_again(self, server):
        now = [0.0]
        classifier = RasaClassifier(server.url, secret, Embedded(), clock=lambda: now[0])
        assert [classifier.classify_many(["hej"])[0] for _ in range(3)] == [[("embedded", 1.0)]] * 3
        server.start()
        assert classifier.classify_many(["hej"])[0] == [("embedded", 1.0)]
        now[0] += 30
        assert "greet" in dict(classifier.classify_many(["hej"])[0])
