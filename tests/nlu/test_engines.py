"""Which engine hears is a setting; with ``NLU=rasa`` and no Rasa the product works all the same."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date

import pytest
from prometheus_client import generate_latest

from bot.app import load_classifier, load_understanding
from bot.nlu import engine_counts
from bot.settings import HOME, Settings
from tests.nlu.fake_rasa import TOKEN, fake_rasa

TODAY = date(2026, 11, 25)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def heard_by(engine: str) -> float:
    lines = generate_latest(engine_counts.REGISTRY).decode().splitlines()
    wanted = f'redningskrans_nlu_heard_total{{engine="{engine}"}} '
    return next(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def test_the_embedded_engine_is_the_default_and_counted():
    before = heard_by("embedded")
    understand = load_understanding(Settings(nlu="embedded"))
    assert understand("jeg vil gerne tale med et menneske", TODAY).names == ("ask_human",)
    assert heard_by("embedded") == before + 1


def test_with_nlu_rasa_and_no_server_the_embedded_engine_hears(nobody):
    before = heard_by("embedded")
    understand = load_understanding(Settings(nlu="rasa", rasa_url=nobody))
    for _ in range(5):
        assert understand("jeg vil gerne tale med et menneske", TODAY).names == ("ask_human",)
    assert heard_by("embedded") == before + 5


def test_with_nlu_rasa_rasa_hears():
    with fake_rasa() as server:
        classifier = load_classifier(Settings(nlu="rasa", rasa_url=server.url, rasa_token=TOKEN))
        assert [name for name, _ in classifier.classify_many(["jeg vil gerne tale med et menneske"])[0]] == ["greet"]


def test_a_cpr_number_is_masked_before_rasa_is_asked():
    with fake_rasa() as server:
        settings = Settings(nlu="rasa", rasa_url=server.url, rasa_token=TOKEN)
        load_understanding(settings)("mit nummer er 010203-1234 og jeg skylder penge", TODAY)
        assert server.texts
        assert not any("1234" in text for text in server.texts)


def test_the_token_is_the_setting_else_what_make_rasa_keeps():
    file = HOME / "var" / "rasa" / "token"
    kept = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    assert Settings(rasa_token="given").rasa_secret() == "given"
    assert Settings(rasa_token="").rasa_secret() == kept
