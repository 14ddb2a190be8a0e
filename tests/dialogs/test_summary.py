"""What a human who takes over reads: what was told, promised and answered, what is missing and what might come next."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.suggestions import Spelling
from bot.dialogs.summary import Summary, Told, summarise
from bot.dialogs.told_about import told_about
from bot.dialogs.wording import kroner, short_day
from bot.models import COPENHAGEN
from handoff.fact_words import fact_words
from handoff.wording import catalogue, word
from tests.dialogs.samples import RECOGNISED, TODAY, heard

SPELLING = Spelling(
    word, kroner, lambda day: short_day(day.isoformat()), lambda name, value: fact_words(name, value, TODAY)
)


def told(**facts) -> list[Told]:
    at = datetime(2026, 11, 24, 8, 0, tzinfo=COPENHAGEN)
    return [Told(name, value, at.replace(minute=minute)) for minute, (name, value) in enumerate(facts.items())]


def summary(case=RECOGNISED, **facts) -> Summary:
    return summarise(told(**facts), case, TODAY, SPELLING)


def lines(found: Summary) -> dict[str, str]:
    return {row.name: row.words for row in found.rows}


def test_what_belongs_together_stands_on_one_line():
    found = summary(
        inform_job_loss=True,
        adults=1,
        couple=False,
        children=2,
        income_kind="dagpenge",
        income=12_000,
        knows_letter=True,
        letter_date="2026-11-19",
        letter_from="udlejer",
        can_pay_now=0,
        can_pay_monthly=500,
        best_time="12:00",
    )
    assert lines(found) == {
        "inform_job_loss": "mistet arbejde eller timer",
        "household": "1 voksen, 2 børn",
        "lives_on": "dagpenge, 12.000 kr.",
        "letter": "fra udlejer, d. 19. november",
        "can_pay_now": "ikke noget lige nu",
        "can_pay_monthly": "500 kr.",
        "best_time": "kl. 12.00",
    }
    assert found.missing == ()
    assert found.days_left == 9


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"adults": 1, "children": 0}, "alene"),
        ({"adults": 2, "children": 1, "couple": True}, "2 voksne (par), 1 barn"),
        ({"adults": 3, "children": 0}, "3 voksne, ingen børn"),
        ({"children": 2}, "2 børn"),
    ],
)
def test_who_lives_there_in_words(facts, words):
    assert lines(summary(**facts))["household"] == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"income_kind": "SU"}, "SU"),
        ({"income": 9_800}, "9.800 kr."),
        ({"income_kind": "ingen"}, "ingen indkomst lige nu"),
        ({"income_kind": "ingen", "income": 0}, "ingen indkomst lige nu"),
        ({"income_kind": "løn", "income": 0}, "ingen indkomst lige nu"),
    ],
)
def test_what_they_live_on_in_words(facts, words):
    assert lines(summary(**facts))["lives_on"] == words


def test_of_facts_told_again_the_newest_counts():
    later = Told("children", 3, datetime(2026, 11, 24, 9, 0, tzinfo=COPENHAGEN))
    found = summarise([later, *told(children=2)], RECOGNISED, TODAY, SPELLING)
    assert lines(found)["household"] == "3 børn"


def test_what_was_not_told_is_named_once_something_was():
    assert summary(cannot_pay=True).missing == ("hvem der bor der", "hvad der kommer ind", "om der er kommet breve")
    assert summary().missing == ()


@pytest.mark.parametrize(
    ("case", "facts", "step"),
    [
        (RECOGNISED, {"distress": True}, "Ring først. Amina har det svært."),
        (RECOGNISED, {"letter_from": "fogedretten"}, "Læs brevet fra fogedretten sammen med Amina i dag."),
        (RECOGNISED, {"can_pay_monthly": 1_000}, "Foreslå en aftale: 1.000 kr. om måneden bliver 9 gange."),
        (
            RECOGNISED,
            {"can_pay_monthly": 300},
            "300 kr. om måneden er uden for jeres rammer. Se på, hvad der ellers kan lade sig gøre.",
        ),
        (
            RECOGNISED,
            {"can_pay_monthly": 0},
            "Se først på hjælp fra kommunen. Amina kan ikke betale noget oven i huslejen.",
        ),
        (RECOGNISED, {"knows_letter": False}, "Fortæl Amina om brevet. Amina har ikke set det."),
        (replace(RECOGNISED, language="ar"), {}, "Tilbyd en tolk. Lad aldrig et barn oversætte."),
    ],
)
def test_a_next_step_is_suggested_from_what_was_told(case, facts, step):
    assert summary(case, **facts).next_steps == (step,)


def test_after_the_deadline_no_plan_is_suggested():
    late = replace(RECOGNISED, deadline=date(2026, 11, 20))
    assert summary(late, can_pay_monthly=1_000).next_steps == ()


def test_the_most_pressing_step_stands_first():
    steps = summary(can_pay_monthly=1_000, letter_from="fogedretten", distress=True).next_steps
    assert [step.split()[0] for step in steps] == ["Ring", "Læs", "Foreslå"]


def test_a_plan_that_is_proposed_already_is_not_suggested_again():
    assert summary(replace(RECOGNISED, proposed_plan=(100_000, 9)), can_pay_monthly=1_000).next_steps == ()


def test_a_plan_that_was_agreed_is_not_suggested_again():
    agreed = replace(RECOGNISED, next_instalment=(100_000, date(2026, 12, 1)))
    assert summary(agreed, can_pay_monthly=1_000).next_steps == ()


@pytest.mark.parametrize(
    ("best_time", "words"),
    [("forenoon", "om formiddagen"), ("anytime", "hele dagen"), ("2026-11-25", "i morgen"), ("09:30", "kl. 9.30")],
)
def test_when_to_phone_in_words(best_time, words):
    assert lines(summary(best_time=best_time))["best_time"] == words


TOPICS = catalogue()["answered"]


def test_only_what_was_really_sent_counts_as_told():
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    bodies = [
        rehearsal.hear(message).answer
        for message in (
            heard("hvem er I", "ask_identity"),
            heard("hvor meget mangler jeg", "ask_amount"),
            heard("hvad er boligstøtte", "ask_boligstoette"),
        )
    ]
    topics = dict.fromkeys(TOPICS[name] for name in told_about(bodies, TOPICS))
    assert list(topics) == ["hvem vi er", "beløbet", "boligstøtte"]
    assert told_about(["Selv tak. Skriv bare her, hvis der er mere."], TOPICS) == ()


def test_the_english_texts_and_an_organisations_own_count_too():
    english = Rehearsal(replace(RECOGNISED, language="en"), TODAY)
    body = english.hear(heard("who are you", "ask_identity", language="en")).answer
    assert told_about([body], TOPICS) == ("identity",)
    own = {("da", "privacy.full"): "Hos os er alt fortroligt, {adviser} lover det."}
    assert told_about(["Hos os er alt fortroligt, Mette lover det."], TOPICS, own) == ("privacy",)


def test_every_topic_is_a_section_or_a_text_of_the_catalogue():
    from bot.dialogs.texts import catalogue as texts

    keys = texts("da").keys()
    assert {
        name for name in TOPICS if name not in keys and not any(key.startswith(f"{name}.") for key in keys)
    } == set()
