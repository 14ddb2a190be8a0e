"""Lints for every text we send: what the voice and the phone network ask of each."""

import ast
import re
from pathlib import Path

import pytest

from bot.dialogs import texts
from bot.dialogs.compose import Draft, compose
from bot.dialogs.effects import Say
from bot.dialogs.flow import Step
from bot.dialogs.flows import FLOWS
from bot.dialogs.lints import WARNS_OF_SECRETS, lint
from bot.dialogs.wording import kroner, long_day, phone, short_day, soon

ROOM = Path(texts.__file__).parent
KEYS = sorted(texts.catalogue("da"))
BOTH = [(key, language) for key in KEYS for language in texts.LANGUAGES]
#: Sent by the inbox, when an adviser has said yes or no to a plan, and by the scheduler before an instalment.
OF_THE_INBOX = {"plan.approved", "plan.approved_plain", "plan.declined", "plan.reminder"}


@pytest.mark.parametrize(("key", "language"), BOTH)
def test_a_text_of_ours_keeps_to_everything_that_an_organisations_own_has_to(key, language):
    """Two segments of GSM-7 with the longest values, no link, no ornament, no secret asked for, no debt before
    recognition, no threat, no promise; Danish reads easily. What each lint sees is in test_lints.py."""
    assert lint(key, language, texts.catalogue(language)[key]) == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_only_warns_of_secrets_says_not_to_send_them(language):
    for key in WARNS_OF_SECRETS:
        assert re.search(r"ikke|aldrig|not|never", texts.catalogue(language)[key]), key


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_language_has_every_text_with_the_same_placeholders(language):
    own, danish = texts.catalogue(language), texts.catalogue("da")
    assert own.keys() == danish.keys()
    assert [key for key in danish if texts.places(own[key]) != texts.places(danish[key])] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_placeholder_is_known(key):
    assert texts.needs(key) <= texts.PLACEHOLDERS.keys()


def test_every_text_is_used_and_every_used_text_is_there():
    words = {
        node.value
        for path in ROOM.rglob("*.py")
        if path.stem != "lints"  # it names texts without saying them
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    derived = {
        f"{word}{end}" for word in words for end in (".full", ".short", "_no_number", ".full_no_number", "_no_name")
    }
    derived |= {f"{word}{end}_no_kommune" for word in words for end in (".full", ".short")}
    derived |= {f"handoff.{word}" for word in words} | {f"{word}_short" for word in words}
    derived |= {f"{key}_other_language" for key in words | derived}
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
