"""Which help is worth asking about in which situation, and what a resident may hear of it."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs import texts
from bot.dialogs.help_matcher import (
    FOR_RESIDENTS,
    fitting_text,
    fitting_texts,
    for_adviser,
    for_resident,
    kinds,
)
from bot.dialogs.help_rules import RULES
from bot.dialogs.state import CaseFacts, Policy, Slot
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, UNKNOWN

IN_2027 = date(2027, 1, 4)


def case(stage: str = "rykker", rent: int | None = None, **known: Slot) -> CaseFacts:
    return replace(RECOGNISED, stage=stage, rent_ore=rent and rent * 100, known=known)


def strong(of: CaseFacts, today: date = TODAY) -> set[str]:
    return {worth.kind for worth in for_adviser(of, today) if worth.is_strong}


def weak(of: CaseFacts, today: date = TODAY) -> set[str]:
    return {worth.kind for worth in for_adviser(of, today) if not worth.is_strong}


@pytest.mark.parametrize(
    ("situation", "speak_for_themselves", "perhaps"),
    [
        (case(), set(), set()),
        (case(cannot_pay=True), set(), set()),
        (case(inform_job_loss=True), {"enkeltydelse", "boligstoette"}, set()),
        (case(inform_job_loss=True, stage="paakrav"), {"enkeltydelse", "boligstoette"}, {"huslejehjaelp"}),
        (case("advokat"), {"huslejehjaelp"}, {"pulje_2026"}),
        (case("advokat", children=2), {"huslejehjaelp"}, {"pulje_2026"}),
        (case("foged", children=2), {"kommunens_pligt", "huslejehjaelp"}, {"pulje_2026"}),
        (case("foged", children=0), {"huslejehjaelp"}, {"pulje_2026"}),
        (case("ophaevet", income_kind="folkepension"), {"personligt_tillaeg"}, {"pulje_2026", "boligstoette"}),
        (
            case(income_kind="folkepension", inform_illness=True),
            {"personligt_tillaeg"},
            {"helbredstillaeg", "boligstoette"},
        ),
        (
            case(income_kind="folkepension", ask_medicine_support=True),
            {"personligt_tillaeg", "helbredstillaeg", "medicintilskud"},
            {"boligstoette"},
        ),
        (
            case(income_kind="førtidspension", ask_medicine_support=True),
            {"medicin", "medicintilskud"},
            {"personligt_tillaeg", "helbredstillaeg", "boligstoette"},
        ),
        (case(income_kind="løn"), set(), set()),
        (case(income_kind="løn", inform_illness=True), {"enkeltydelse"}, {"medicin"}),
        (case(income_kind="dagpenge"), set(), {"enkeltydelse"}),
        (case(income_kind="kontanthjælp"), set(), {"enkeltydelse", "boligstoette"}),
        (
            case("advokat", income_kind="kontanthjælp"),
            {"huslejehjaelp"},
            {"enkeltydelse", "boligstoette", "administration", "pulje_2026"},
        ),
        (
            case(income_kind="kontanthjælp", inform_debt=True),
            {"administration", "budget"},
            {"enkeltydelse", "boligstoette"},
        ),
        (
            case(income_kind="kontanthjælp", adults=2, couple=True),
            {"boligstoetteloft"},
            {"enkeltydelse", "boligstoette"},
        ),
        (case(income_kind="kontanthjælp", adults=2), set(), {"boligstoetteloft", "enkeltydelse", "boligstoette"}),
        (case(income_kind="kontanthjælp", adults=2, couple=False), set(), {"enkeltydelse", "boligstoette"}),
        (case(income_kind="SU"), set(), {"boligstoette"}),
        (case(income_kind="SU", inform_illness=True), {"enkeltydelse"}, {"boligstoette", "medicin"}),
        (
            case(inform_separation=True, children=2),
            {"enkeltydelse", "boligstoette", "moedrehjaelpen"},
            {"billigere_bolig"},
        ),
        (case(adults=1, children=1), {"moedrehjaelpen"}, set()),
        (case(couple=False, children=1), {"moedrehjaelpen"}, set()),
        (case(couple=False, adults=2, children=1), set(), set()),
        (case(inform_illness=True, children=1), {"enkeltydelse"}, {"medicin", "moedrehjaelpen"}),
        (case(inform_bereavement=True), {"enkeltydelse"}, set()),
        (case(inform_expense=True), {"enkeltydelse"}, {"budget"}),
        (case(inform_debt=True), {"budget"}, set()),
        (case(borrows_to_pay=True), {"budget"}, set()),
        (case(ask_rent_administration=True), {"administration"}, set()),
        (case(ask_budget_advice=True), {"budget"}, set()),
        (case(ask_personal_supplement=True), set(), {"personligt_tillaeg"}),
        (case(ask_personal_supplement=True, income_kind="løn"), set(), set()),
        (case(rent=6000, income=18500), set(), set()),
        (case(rent=6500, income=18500), {"boligstoette"}, set()),
        (case(rent=8000, income=18500), {"boligstoette", "billigere_bolig"}, set()),
        (case(rent=8000, income=0), set(), set()),
        (case(income=18500), set(), set()),
        (case(inform_job_loss=False), set(), set()),
    ],
)  # fmt: skip
def test_what_is_worth_asking_about(situation, speak_for_themselves, perhaps):
    assert strong(situation) == speak_for_themselves
    assert weak(situation) == perhaps


def test_what_speaks_for_itself_comes_first_and_a_date_in_court_with_children_before_all():
    worths = for_adviser(replace(case("foged", children=2, inform_job_loss=True), eviction_date=IN_2027), TODAY)
    assert worths[0].kind == "kommunens_pligt"
    assert worths[0].reasons == ("fogedretten, og der er børn hjemme", "dato for udsættelse, og der er børn")
    assert [worth.is_strong for worth in worths] == sorted((worth.is_strong for worth in worths), reverse=True)


def test_a_weak_reason_is_not_said_beside_a_strong_one():
    told = case(income_kind="kontanthjælp", inform_job_loss=True)
    reasons = {worth.kind: worth.reasons for worth in for_adviser(told, TODAY)}
    assert reasons["enkeltydelse"] == ("mistet arbejde eller timer",)


def test_the_scheme_of_2026_ends_with_the_year():
    assert "pulje_2026" in weak(case("advokat"), date(2026, 12, 31))
    assert "pulje_2026" not in weak(case("advokat"), date(2027, 1, 1))


@pytest.mark.parametrize(
    "over", [UNKNOWN, replace(case("advokat"), status="settled"), replace(case("advokat"), status="closed")]
)
def test_where_there_is_nothing_to_pay_nothing_is_worth_asking_about(over):
    assert for_adviser(over, TODAY) == ()


class TestTheResident:
    def test_hears_of_the_most_fitting_kind(self):
        assert fitting_text(case(inform_job_loss=True), TODAY) == "help.enkeltydelse"
        assert fitting_text(case("advokat", inform_job_loss=True), TODAY) == "help.huslejehjaelp"
        assert fitting_text(case(income_kind="folkepension"), TODAY) == "help.personligt_tillaeg"
        assert fitting_texts(case(inform_job_loss=True), TODAY) == ("help.enkeltydelse", "help.boligstoette")

    def test_hears_of_nothing_that_only_may_be(self):
        assert fitting_text(case("paakrav"), TODAY) is None
        assert fitting_text(case(), TODAY) is None

    @pytest.mark.parametrize(
        "not_told", [AMINA, replace(RECOGNISED, policy=Policy(sms_detail="neutral"))], ids=["new", "neutral"]
    )
    def test_before_recognition_nothing_that_follows_from_the_case(self, not_told):
        advokat = replace(not_told, stage="advokat", rent_ore=900_000, known={"income": 10_000})
        assert for_resident(advokat, TODAY) == ()
        own_words = replace(advokat, known={"inform_separation": True})
        assert "huslejehjaelp" not in {worth.kind for worth in for_resident(own_words, TODAY)}
        assert fitting_text(own_words, TODAY) == "help.enkeltydelse"

    @pytest.mark.parametrize("late", [{"stage": "ophaevet"}, {"stage": "foged"}, {"deadline": date(2026, 11, 20)}])
    def test_after_the_deadline_only_a_human_speaks_of_what_is_possible(self, late):
        assert for_resident(replace(case(inform_job_loss=True), **late), TODAY) == ()

    @pytest.mark.parametrize("key", sorted(FOR_RESIDENTS.values()))
    def test_no_text_promises_and_each_says_who_decides_or_that_it_may_be(self, key):
        assert any(
            word in texts.catalogue("da")[key] for word in ("måske", "bestemmer", "kan lægge", "Spørg", "kan være")
        )
        assert any(word in texts.catalogue("en")[key] for word in (" may ", "decide", "can make", "Ask"))


class TestTheTable:
    def test_every_kind_has_rules_and_every_rule_its_law_and_source(self):
        assert {rule.kind for rule in RULES} == set(kinds())
        assert set(FOR_RESIDENTS) <= set(kinds())

    @pytest.mark.parametrize("key", sorted(kinds()))
    def test_a_kind_has_a_law_a_source_and_the_day_it_was_checked(self, key):
        kind = kinds()[key]
        assert kind.name
        assert kind.law
        assert kind.source
        assert kind.mind
        assert kind.sure in ("source", "practice")
        assert kind.checked >= date(2026, 11, 1)

    @pytest.mark.parametrize(
        "gone", ["§ 34", "særlig støtte", "uddannelseshjælp", "SHO", "kontanthjælpsloft", "§ 81 b"]
    )
    def test_what_no_longer_exists_is_named_nowhere(self, gone):
        said = [*texts.catalogue("da").values(), *texts.catalogue("en").values()]
        said += [f"{kind.name} {kind.law} {kind.mind}" for kind in kinds().values()]
        said += [reason.words for rule in RULES for reason in rule.reasons]
        assert [text for text in said if re.search(rf"(?<!\w){re.escape(gone)}(?!\w)", text, re.IGNORECASE)] == []
