"""Which words a text is found by, and what a search asks for: tables, and what holds for every text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search_words import MOST_WORDS, asked, case_words, exact, phone_words, phones, spelt, stem, written_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sørensen", "Soerensen"),
        ("Sørensen", "Sorensen"),
        ("Sørensen", "SÖRENSEN"),
        ("Åkjær", "Aakjaer"),
        ("Åse", "åse"),
        ("Renée", "Renee"),
        ("Müller", "Muller"),
    ],
)
def test_a_name_has_one_spelling(one, other):
    assert spelt(one) == spelt(other)


@pytest.mark.parametrize(
    "words",
    [("husleje", "huslejen", "huslejens", "huslejer"), ("regning", "regningen", "regningerne"), ("brev", "brevet")],
)
def test_a_word_is_found_in_its_forms(words):
    assert len({stem(spelt(word)) for word in words}) == 1


@pytest.mark.parametrize("word", ["el", "nej", "hus", "en"])
def test_a_short_word_keeps_its_ending(word):
    assert stem(word) == word


@pytest.mark.parametrize(
    ("field", "searched"),
    [
        ("Line Bek Sørensen", ["lin", "line", "bek", "sør", "Sorensen", "sørensen"]),
        ("Jens-Ole Kristiansen", ["jens", "ole", "jens-ole", "jensole", "jens-o", "kristianse"]),
        ("Søparken 8, st. th.", ["søp", "søparken", "8", "st", "th"]),
        ("MB-2026-0012", ["mb", "mb-2026", "MB-2026-0012", "mb20260012", "2026-0012", "0012", "2026"]),
        ("Bo Li", ["bo", "li"]),
    ],
)
def test_a_case_is_found_while_one_types(field, searched):
    kept = case_words(field)
    for search in searched:
        assert {term.who for term in asked(search)} <= kept, search


@pytest.mark.parametrize("search", ["li", "sø", "ine", "ensen"])
def test_a_case_is_not_found_by_two_letters_or_by_an_end(search):
    (term,) = asked(search)
    assert term.who not in case_words("Line Bek Sørensen")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Jeg kan ikke betale huslejen", {"betal", "huslej"}),
        ("huslejen,lønnen", {"huslej", "lonn", "huslejenlonn"}),
        ("I cannot pay", {"cannot", "pay"}),
        ("500 om måneden", {"500", "maned"}),
        ("", set()),
        ("og det er så", set()),
    ],
)
def test_what_is_kept_of_a_message(text, kept):
    assert written_words(text) == kept


@pytest.mark.parametrize("text", ["mit cpr er 010190-1234", "0101901234", "010190", "konto 1234567890", "010190 "])
def test_no_long_number_is_kept(text):
    assert not [word for word in written_words(text) if any(c.isdigit() for c in word)]


@pytest.mark.parametrize(
    "written",
    [
        "11114027",
        "11 11 40 27",
        "1111 4027",
        "11-11-40-27",
        "11.11.40.27",
        "+45 11 11 40 27",
        "004511114027",
        "+4511114027",
    ],
)
def test_eight_digits_are_a_number_in_any_spelling(written):
    (term,) = asked(written)
    assert term.phone in phone_words("+4511114027")
    assert phones(f"ring på {written} efter kl. 15") == {"4511114027"}


@pytest.mark.parametrize("part", ["1111", "11 11 4", "4027", "111140"])
def test_a_number_is_found_by_its_beginning_and_its_last_four(part):
    (term,) = asked(part)
    assert term.phone in phone_words("+4511114027")


@pytest.mark.parametrize("part", ["111", "1402", "40271"])
def test_a_number_is_not_found_by_what_stands_in_its_middle(part):
    assert part not in phone_words("+4511114027")


def test_a_number_from_abroad_is_found():
    (term,) = asked("+46 70 123 45 67")
    assert term.phone in phone_words("+46701234567")


def test_a_name_and_a_number_are_two_words():
    assert [(term.who, term.phone) for term in asked("Line 11 11 40 27")] == [
        ("11114027", "4511114027"),
        ("line", None),
    ]


def test_what_separates_a_case_number_does_not_matter():
    assert exact("MB-2026-001") == exact("mb 2026 001") == exact("MB2026/001")


@pytest.mark.parametrize("search", ["", "  ", "?!", "\x00", "🙂"])
def test_nothing_is_asked_for_by_nothing(search):
    assert asked(search) == ()


def test_only_so_many_words_are_looked_for():
    assert len(asked(" ".join(f"ord{number}x" for number in range(50)))) == MOST_WORDS


LETTERS = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=20)


@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_every_word_of_a_case_finds_it(words):
    kept = case_words(" ".join(words))
    for term in asked(words[0]):
        assert term.who in kept


@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_every_word_that_is_looked_for_in_messages_is_kept_of_a_message_that_has_it(words):
    kept = written_words(", ".join(words))
    for word in words:
        assert all(term.written is None or term.written in kept for term in asked(word))


@given(LETTERS, st.integers(3, 20))
def test_a_case_is_found_by_each_beginning_of_a_word(word, length):
    for term in asked(word[:length]):
        assert len(term.who or "") < 3 or term.who in case_words(word)


@given(st.text(max_size=300))
def test_any_text_can_be_kept_and_asked_for(text):
    assert len(asked(text)) <= MOST_WORDS
    assert "" not in written_words(text) | case_words(text)
