"""Lints for the short texts in seven languages: size, places, numbers, and nothing that only a human may say."""

import re
from itertools import product

import pytest

from bot.dialogs import languages, texts
from bot.dialogs.effects import Say
from bot.dialogs.languages import SHORT
from bot.dialogs.wording import phone, soon
from bot.sms import downgrade, is_gsm7, segments

ALL = [(language, key) for language in SHORT for key in sorted(texts.catalogue(language))]
IN_GSM7 = frozenset({"pl", "ro", "so", "tr"})
WHEN = ["onsdag d. 23. december kl. 15.30", "mandag d. 30. november kl. 15", "tirsdag kl. 15", "næste hverdag kl. 15"]
#: What every language must have, so that no turn in it needs another.
NEEDED = {
    *(f"first_contact.{name}{end}" for name in ("first", "second", "last") for end in ("", "_no_name")),
    *("first_contact.declined", "identity.short", "handoff.language", "handoff.distress", "queue.waiting"),
    *("opt_out.confirmed", "opt_out.confirmed_no_number", "opt_out.short", "opt_out.back"),
    *("other.wrong_person", "other.cpr", "other.welcome"),
    *(key for key in texts.catalogue("da") if key.startswith("crisis.") and not key.endswith("_other_language")),
}
NUMBERS = re.compile(r"\d[\d ]*\d")


def longest(key: str, when: str) -> Say:
    say = texts.longest(key)
    return Say(key, {**say.values, **({"answer_by": when} if "answer_by" in say.values else {})})


def numbers(text: str) -> set[str]:
    return {found.replace(" ", "") for found in NUMBERS.findall(text)}


@pytest.mark.parametrize(("language", "key"), ALL)
def test_a_short_text_with_the_longest_values_is_at_most_two_segments(language, key):
    for when in WHEN:
        sms = texts.written([longest(key, when)], language)
        assert segments(sms) <= 2, f"{len(sms)} characters"
        assert is_gsm7(sms) == (language in IN_GSM7)


@pytest.mark.parametrize(("language", "key"), ALL)
def test_a_short_text_has_the_places_of_the_danish_one_or_fewer_and_nothing_that_is_taken_out(language, key):
    text = texts.catalogue(language)[key]
    assert (texts.places(text) or frozenset()) <= texts.needs(key)
    assert downgrade(text) == text
    assert not re.search(r"\w- ", text), "a word parted by the end of a line"
    assert not re.search(r"https?:|www\.|\.(dk|com|org|net)\b|[!–—“”„’«»…]", text)


@pytest.mark.parametrize(("language", "key"), ALL)
def test_a_short_text_says_no_sum_and_asks_for_no_secret(language, key):
    text = texts.catalogue(language)[key]
    assert not re.search(r"\bkr\b|DKK|%|§", text)
    assert not re.search("CPR|MitID", text) or key in ("identity.short", "other.cpr")
    told = numbers(re.sub(r"\{\w+\}", "", text))
    assert told <= {*numbers(texts.catalogue("da")[key]), "112"}


#: Children and relatives do not interpret, debt and rent are not spoken of: by the words that would say so.
UNSAID = {
    "ar": "دين|ديون|إيجار|طفلك|أقارب|ابنك|ابنتك",
    "fa": "بدهی|اجاره|فرزند|بستگان",
    "pl": r"\bdlug|czynsz|dzieck\w* .*tlumacz|rodzin",
    "ro": r"datori|chirie|copilul .*traduc|rude\b",
    "so": r"\bdeyn|\bkiro|ilma\w* .*turjum|qaraabo",
    "tr": r"\bborc|\bkira|cocu\w* .*tercüman|akraba",
    "uk": "борг|оренд|дитин\\w* .*переклад|родич",
}


@pytest.mark.parametrize(("language", "key"), ALL)
def test_a_short_text_speaks_of_no_debt_and_of_no_family_that_interprets(language, key):
    assert not re.search(UNSAID[language], texts.catalogue(language)[key], re.IGNORECASE)


@pytest.mark.parametrize("language", SHORT)
def test_a_language_has_all_that_a_turn_in_it_may_say_and_no_text_that_we_do_not_have(language):
    own = texts.catalogue(language).keys()
    assert NEEDED - own == set()
    assert own - texts.catalogue("da").keys() == set()


@pytest.mark.parametrize(("language", "key"), [(code, key) for code, key in ALL if key.startswith("crisis.")])
def test_a_crisis_text_holds_the_numbers_of_the_danish_one(language, key):
    danish = numbers(texts.catalogue("da")[key])
    assert danish <= numbers(texts.catalogue(language)[key])
    assert "112" in danish


@pytest.mark.parametrize(("language", "key"), [(c, k) for c, k in ALL if c in languages.RIGHT_TO_LEFT])
def test_no_number_is_parted_where_a_phone_would_show_its_parts_in_the_wrong_order(language, key):
    sms = texts.written([longest(key, "i dag kl. 15")], language)
    assert not re.search(r"\d[ -]\d", sms)
    assert phone("+4570111111", language) == "70111111"


@pytest.mark.parametrize("language", SHORT)
def test_the_first_sms_says_how_to_answer_yes_and_how_to_stop(language):
    for key in ("first_contact.first", "first_contact.first_no_name", "first_contact.second", "first_contact.last"):
        words = re.findall(r"\w+", texts.catalogue(language)[key])
        assert "STOP" in words
        assert any(languages.yes_or_no(word, language) == "yes" for word in words)


@pytest.mark.parametrize("language", SHORT)
def test_the_question_about_an_interpreter_names_a_yes_and_a_no_that_are_understood(language):
    words = re.findall(r"\w+", texts.catalogue(language)["handoff.language"])
    assert {languages.yes_or_no(word, language) for word in words} >= {"yes", "no"}


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("pl", "Tak", "yes"),
        ("pl", "tak prosze zadzwonic", "yes"),
        ("pl", "nie", "no"),
        ("pl", "Nie, dziękuję", "no"),
        ("pl", "nie rozumiem", None),
        ("tr", "EVET", "yes"),
        ("tr", "HAYIR", "no"),
        ("tr", "hayır teşekkürler", "no"),
        ("ro", "Da.", "yes"),
        ("ro", "nu inteleg", None),
        ("so", "haa", "yes"),
        ("so", "maya", "no"),
        ("uk", "так", "yes"),
        ("uk", "ні, дякую", "no"),
        ("ar", "نعم", "yes"),
        ("ar", "لا شكرا", "no"),
        ("fa", "بله", "yes"),
        ("fa", "نه", "no"),
        ("fa", "ja", "yes"),
        ("so", "nej", "no"),
        ("tr", "evet ama önce bir sorum var", None),
        ("tr", "", None),
    ],
)
def test_yes_and_no_are_read_in_the_language_of_the_talk(language, text, meant):
    assert languages.yes_or_no(text, language) == meant


@pytest.mark.parametrize(("language", "when"), list(product(SHORT, WHEN)))
def test_no_danish_word_stands_in_when_a_human_answers(language, when):
    said = soon(when, language)
    assert not re.search(r"\bkl\b|dag\b|december|november|hverdag", said)
    assert re.search(r"\b15:(00|30)\b", said)


def test_days_are_written_in_figures():
    assert soon("onsdag d. 23. december kl. 15.30", "pl") == "sroda 23/12 15:30"
    assert soon("i morgen kl. 9", "tr") == "yarin 9:00"


def test_a_language_that_nobody_has_read_is_named_and_the_complete_ones_are_not():
    assert languages.unreviewed(("da", "en")) == ()
    assert languages.unreviewed(languages.KNOWN) == tuple(c for c in SHORT if not languages.review(c).speaker)


@pytest.mark.parametrize("language", SHORT)
def test_a_review_is_a_name_with_a_day_or_neither(language):
    review = languages.review(language)
    assert bool(review.speaker) == bool(review.day) == review.is_done
    assert not review.day or re.fullmatch(r"20\d\d-\d\d-\d\d", review.day)


@pytest.mark.parametrize("language", SHORT)
def test_a_language_that_is_not_switched_on_is_danish_whoever_asks_for_it(language):
    said = [Say("other.welcome")]
    assert texts.render(said, language) == texts.render(said)
    assert texts.render(said, language, switched_on=("da", "en", language)) != texts.render(said)


def test_an_sms_is_never_half_in_a_short_language():
    said = [Say("other.welcome"), Say("menu.choose")]
    assert texts.render(said, "tr", switched_on=("da", "en", "tr")) == texts.render(said)
