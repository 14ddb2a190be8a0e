"""Danish unless a text clearly says otherwise; nothing when it says too little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.language import detect

_TEXTS = {
    "da": [
        "hej jeg kan ikke betale", "Hvor meget skylder jeg", "ka ik betale", "er blevet sygemeldt",
        "boligstotte?", "min bil gik i stykker",
        "jeg kan inte betala hyran", "jeg kan ikke betale husleien", "wallah jeg har ik penge",
        "hvilken konto", "har betalt igår", "Det passer",
    ],
    "en": ["no money until salary", "what is rykker", "english please", "i can pay friday", "who is this?",
    "Hello, I lost my job"],
    "ar": ["salam, ma 3ndi flous lal eijar", "ما عندي مصاري", "ايجار", "law sama7t sa3edni"],
    "tr": ["kirayi odeyemiyorum", "cuma oderim", "türkçe lütfen"],
    "so": ["lacag ma hayo", "kirada ma bixin karo", "i caawi"],
    "pl": ["nie mam na czynsz", "zaplace w piatek"],
    "uk": ["не можу заплатити оренду", "зарплата"],
    "fa": ["پول ندارم", "من دانمارکی نمیفهمم"],
    "ro": ["nu pot plati chiria", "va rog in romana"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in _TEXTS.items() for text in texts])
def test_the_language_is_told(language, text):
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["ja", "ok", "stop", "1000", "👍", "", "2", "tak", "?!", "nej tak", "[cpr fjernet]", "\x00"]
)
def test_too_little_is_no_language(text):
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "jeg kna ike betle nåt i dene måned er blvet fyert",
        "ka ik betle mer",
        "swish eller mobil pay?",
        "min maaş er ikke kommet",
    ],
)
def test_after_danish_a_guess_alone_is_no_other_language(text):
    assert detect(text, "da") in {"da", None}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in _TEXTS.items() for text in texts])
def test_after_danish_another_language_is_told_by_its_words_and_script(language, text):
    assert detect(text, "da") == language


@given(st.text(max_size=300))
def test_any_text_gives_a_known_language_or_none(text):
    assert detect(text) in {*_TEXTS, None}
