"""What an answer to an open question may look like."""

from datetime import date

import pytest

from bot.dialogs import readers
from bot.dialogs.flow import Scene
from tests.dialogs.samples import AMINA, TODAY, heard


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/3", "14-03"),
        ("14-3", "14-03"),
        ("14.03", "14-03"),
        ("d. 14. marts", "14-03"),
        ("14 marts 1985", "14-03"),
        ("14.03.1985", "14-03"),
        ("140385", "14-03"),
        ("1403", "14-03"),
        ("den 1. i 2.", "01-02"),
        ("3. maj", "03-05"),
        ("14/13", None),
        ("32/1", None),
        ("det er hemmeligt", None),
        ("2 mandag", None),
    ],
)
def test_a_birthday_is_read_however_it_is_written(text, day):
    assert readers.birth_day(heard(text)) == day


def test_a_birthday_may_come_from_a_day_that_was_heard():
    assert readers.birth_day(heard("fjortende marts", date="2027-03-14")) == "14-03"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12B", "12B"),
        ("12 b", "12B"),
        ("Lærkevej 12b, 2. tv", "12B"),
        ("12 st tv", "12"),
        ("nr 8", "8"),
        ("ved ikke", None),
    ],
)
def test_a_house_number_is_read_with_its_letter_and_without_its_floor(text, number):
    assert readers.house_number(text) == number


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("500", 50_000),
        ("500 kr.", 50_000),
        ("1.000", 100_000),
        ("1 000 kr", 100_000),
        ("450,50", 45_050),
        ("ca 800,-", 80_000),
        ("ja 500", 50_000),
        ("0", None),
        ("ved ikke", None),
        ("500 eller 600", None),
        ("min konto er 1234 og jeg bor i 8900 Randers", None),
    ],
)
def test_a_bare_number_is_a_sum(text, ore):
    assert readers.amount_ore(heard(text)) == ore


def test_a_sum_that_was_heard_comes_before_the_bare_number():
    assert readers.amount_ore(heard("femhundrede", amount=500)) == 50_000
    assert readers.amount_ore(heard("d. 1", date="2026-12-01")) is None


@pytest.mark.parametrize(
    ("text", "count"), [("over 6 måneder", 6), ("6 mdr", 6), ("10 gange", 10), ("6", None), ("0 gange", None)]
)
def test_instalments_are_counted(text, count):
    assert readers.instalments(heard(text)) == count


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (heard("Ja tak"), "yes"),
        (heard("jep"), "yes"),
        (heard("det må I gerne", "affirm"), "yes"),
        (heard("nej"), "no"),
        (heard("ellers tak", "deny"), "no"),
        (heard("ja nej"), None),
        (heard("måske"), None),
        (heard(""), None),
    ],
)
def test_yes_and_no(message, answer):
    assert readers.yes_or_no(message) == answer


@pytest.mark.parametrize(
    ("text", "way"),
    [("2", "b"), ("2.", "b"), (" nr. 3 ", "c"), ("svar 1", "a"), ("1 tak", "a"), ("4", None), ("12", None)],
)
def test_a_numbered_choice(text, way):
    assert readers.choice(heard(text), ("a", "b", "c")) == way


def test_days_that_are_gone_are_no_answer():
    assert readers.days(heard("i går", date="2026-11-23"), TODAY) == ()
    assert readers.days(heard("i dag", date="2026-11-24"), TODAY) == (date(2026, 11, 24),)


@pytest.mark.parametrize(
    ("text", "bare"),
    [("2", True), ("14. marts", True), ("ja tak", True), ("500 kr", True), ("ja, ring", False), ("separeret", False)],
)
def test_a_bare_answer_holds_no_second_topic(text, bare):
    assert readers.is_bare(text) is bare


FIRST = ("1", "1.", " 1 ", "(1)", "nr 1", "nr. 1", "nummer 1", "svar 1", "et", "Den første", "one")
SECOND = ("2", "2!", "nr 2 tak", "to", "nummer to", "den anden", "the second one", "mulighed 2")
THIRD = ("3", "tre", "den sidste", "den tredje tak", "number three")
NO_CHOICE = ("4", "12", "d. 1.", "1 barn", "to børn", "en gang til", "", "første gang")


@pytest.mark.parametrize(
    ("text", "way"),
    [(text, way) for texts, way in ((FIRST, "a"), (SECOND, "b"), (THIRD, "c"), (NO_CHOICE, None)) for text in texts],
)
def test_a_numbered_choice_may_be_written_in_words(text, way):
    found = readers.choose("a", "b", "c")(Scene({}, heard(text), AMINA, TODAY))
    assert (found.name if found else None) == way


@pytest.mark.parametrize("text", ["to", "den første"])
def test_a_word_is_no_choice_where_the_question_named_no_numbers(text):
    """ "Den første" may well be the day on which one pays."""
    assert readers.agree("yes", "other", "no")(Scene({}, heard(text), AMINA, TODAY)) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("500 fra januar", date(2027, 1, 1)),
        ("kan jeg starte i februar", date(2027, 2, 1)),
        ("vil gerne begynde med at betale i dec", date(2026, 12, 1)),
        ("1000 from January", date(2027, 1, 1)),
        ("starte i november", date(2027, 11, 1)),
        ("fra næste måned", None),
        ("jeg fik brev i januar", None),
        ("penge fra kommunen", None),
    ],
)
def test_a_month_to_begin_in_without_a_day_is_its_first(text, day):
    assert readers.first_of_named_month(text, date(2026, 11, 24)) == day
