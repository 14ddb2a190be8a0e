"""Lints for every text we send: what the voice and the phone network ask of each."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from bot.dialogs import texts
from bot.dialogs.compose import Draft, compose
from bot.dialogs.effects import Say
from bot.dialogs.flow import Step
from bot.dialogs.flows import FLOWS
from bot.dialogs.wording import kroner, long_day, phone, short_day, soon
from bot.sms import is_gsm7, segments

ROOM = Path(texts.__file__).parent
KEYS = sorted(texts.catalogue("da"))
BOTH = [(key, language) for key in KEYS for language in texts.LANGUAGES]
#: Sent before the resident is recognised, or to anybody: nothing on a lock screen may tell of rent or debt.
UNASKED = [
    *(
        key
        for key in KEYS
        if key.split(".")[0] in ("first_contact", "recognition", "queue", "crisis", "opt_out", "other")
    ),
    *(key for key in KEYS if key.split(".")[0] in ("handoff", "callback", "told", "identity", "privacy")),
    "menu.help",
    "menu.help_again",
    "menu.neutral",
    "menu.not_understood_neutral",
    "amount.neutral",
]
DEBT = re.compile(
    r"\b(husleje|leje[nr]?\b|restance|skyld\w*|gæld|mangler at betale|betal\w*|kr\.|frist\w*|sag(en)?\b|foged\w*|påkrav"
    r"|udsæt\w*|smidt|rent\b|debt|owe\w*|pay\w*|deadline|evict\w*)",
    re.IGNORECASE,
)
#: Where the word for a secret stands only to say that we never ask for it.
WARNS = {"recognition.birthday", "identity.full", "identity.full_no_number", "other.cpr"}
#: Sent by the inbox, when an adviser has said yes or no to a plan.
OF_THE_INBOX = {"plan.approved", "plan.approved_plain", "plan.declined"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("key", "language"), BOTH)
def test_a_text_with_the_longest_values_is_at_most_two_segments_of_gsm7(key, language):
    sms = texts.render([texts.longest(key)], language)
    assert is_gsm7(sms)
    assert segments(sms) <= 2, f"{len(sms)} characters"


@pytest.mark.parametrize(("key", "language"), BOTH)
def test_a_text_has_no_link_no_shouting_and_no_ornaments(key, language):
    text = texts.catalogue(language)[key]
    assert not re.search(r"https?:|www\.|\.(dk|com|org|net)\b|[!–—“”„’«»…]", text)
    assert not [word for word in re.findall(r"\b[A-ZÆØÅ]{3,}\b", text) if word not in texts_that_are_answers()]


def texts_that_are_answers() -> set[str]:
    return {"STOP", "START", "RING", "NEJ", "RÅDGIVER", "CPR", "YES", "CALL", "ADVISER", "JA", "NO"}


@pytest.mark.parametrize(("key", "language"), BOTH)
def test_no_text_asks_for_cpr_mitid_or_an_account(key, language):
    secret = re.search(
        r"\b(CPR|MitID|konto\w*|account\w*|kortnummer|foto|photo)\b", texts.catalogue(language)[key], re.I
    )
    assert secret is None or key in WARNS


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_only_warns_of_secrets_says_not_to_send_them(language):
    for key in WARNS:
        assert re.search(r"ikke|aldrig|not|never", texts.catalogue(language)[key]), key


@pytest.mark.parametrize(("key", "language"), [(key, language) for key in UNASKED for language in texts.LANGUAGES])
def test_nothing_sent_before_recognition_speaks_of_rent_debt_or_the_case(key, language):
    assert not DEBT.search(texts.catalogue(language)[key])


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_language_has_every_text_with_the_same_placeholders(language):
    own, danish = texts.catalogue(language), texts.catalogue("da")
    assert own.keys() == danish.keys()
    assert [key for key in danish if placeholders(own[key]) != placeholders(danish[key])] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_placeholder_is_known(key):
    assert texts.needs(key) <= texts.PLACEHOLDERS.keys()


def test_every_text_is_used_and_every_used_text_is_there():
    words = {
        node.value
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    derived = {
        f"{word}{end}" for word in words for end in (".full", ".short", "_no_number", ".full_no_number", "_no_name")
    }
    derived |= {f"handoff.{word}" for word in words}
    assert [key for key in KEYS if key not in words | derived | OF_THE_INBOX] == []
    sections = "|".join({key.split(".")[0] for key in KEYS})
    named = {word for word in words if re.fullmatch(rf"({sections})\.[a-z_]+", word)}
    flows = {f"{flow.name}.{node}" for flow in FLOWS.values() for node in flow.nodes}
    assert named - set(KEYS) - flows == set()


def test_the_first_sms_names_who_writes_and_how_to_say_yes_or_stop():
    for key in FLOWS["first_contact"].openings:
        sms = texts.catalogue("da")[key]
        assert texts.needs(key) >= {"adviser", "organisation"}
        assert "JA" in sms
        assert "Svar STOP" in sms


QUESTIONS = [
    node.reminder or node.text for flow in FLOWS.values() for node in flow.nodes.values() if isinstance(node, Step)
]
ANSWERS = sorted({key.rsplit(".", 1)[0] for key in KEYS if key.endswith(".short") and key != "opt_out.short"})


def longest_answer(answer: str) -> tuple[Say, Say]:
    return texts.longest(f"{answer}.full"), texts.longest(f"{answer}.short")


@pytest.mark.parametrize("question", sorted(set(QUESTIONS)))
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_and_the_open_question_fit_in_one_turn(answer, question):
    """With the longest values, and with the warning about a CPR number before them where there is room."""
    draft = Draft(answers=[longest_answer(answer)], reminder=texts.longest(question))
    says = compose(draft)
    assert next(said.text.split(".")[0] for said in says) == answer.split(".")[0]
    assert says[-1].text == question
    assert len(texts.render(says)) <= texts.LIMIT


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_warning_about_a_cpr_number_never_crowds_out_the_answer(answer):
    draft = Draft(
        before=[texts.longest("other.cpr")],
        warm=[texts.longest("told.income_change")],
        answers=[longest_answer(answer)],
        reminder=texts.longest("recognition.birthday_once_more"),
    )
    says = compose(draft)
    assert says[0].text == "other.cpr"
    assert answer in says[1].text or answer in says[2].text
    assert len(texts.render(says)) <= texts.LIMIT


def test_money_and_days_are_written_as_danes_write_them():
    assert [kroner(845_050), kroner(100_000), kroner(5), kroner(12_345_678)] == [
        "8.450,50 kr.",
        "1.000 kr.",
        "0,05 kr.",
        "123.456,78 kr.",
    ]
    assert kroner(845_050, "en") == "8,450.50 kr."
    assert long_day("2026-12-03") == "torsdag d. 3. december"
    assert short_day("2027-01-01") == "d. 1. januar"
    assert long_day("2026-12-03", "en") == "Thursday 3 December"
    assert phone("+4570111111", "da") == "70 11 11 11"
    assert soon("mandag d. 30. november kl. 15", "en") == "Monday 30 November at 15:00"


def test_a_sum_at_the_end_of_a_sentence_gets_one_full_stop():
    sms = texts.render([Say("amount.told_no_deadline", {"amount": 845_050})])
    assert sms == "Du mangler at betale 8.450,50 kr."


def test_a_nameless_adviser_begins_a_sentence_with_a_capital():
    sms = texts.render([Say("queue.waiting", {"adviser": "en rådgiver", "answer_by": "i dag kl. 15"})])
    assert sms == "Tak, det er skrevet ned. En rådgiver læser det og svarer senest i dag kl. 15."


def test_a_language_we_do_not_have_gets_danish():
    assert texts.render([Say("other.welcome")], "so") == texts.render([Say("other.welcome")])
