"""An SMS is composed for the words it is said in: an organisation's own never make it a third segment."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs import texts
from bot.dialogs.compose import Draft, compose
from bot.dialogs.effects import Say
from bot.dialogs.lints import objections
from bot.dialogs.rehearsal import Rehearsal
from tests.dialogs.samples import TODAY
from tests.dialogs.walks import CASES, HEARD

WELCOME = ("da", "other.welcome")
#: Our words and as many more as a wording may have by itself.
KEYS = sorted(key for key in texts.catalogue("da") if not texts.is_fixed(key))


def padded(language: str, key: str) -> str:
    """The longest wording of a text that the lints let through."""
    body = texts.catalogue(language)[key]
    while not any(f.is_refused for f in objections(key, language, f"{body} Det er helt fint.")):
        body = f"{body} Det er helt fint."
    return body


PADDED = {(language, key): padded(language, key) for language in texts.LANGUAGES for key in KEYS}


@settings(max_examples=150, deadline=None)
@given(CASES, st.lists(HEARD, min_size=1, max_size=6), st.sets(st.sampled_from(KEYS), min_size=5))
def test_whatever_is_said_in_own_words_a_turn_is_one_sms_of_two_segments(case, talk, keys):
    own = {place: body for place, body in PADDED.items() if place[1] in keys}
    rehearsal = Rehearsal(replace(case, own=own), TODAY)
    for message in talk:
        says = [effect for effect in rehearsal.hear(message).decision.effects if isinstance(effect, Say)]
        for language in texts.LANGUAGES:
            assert len(texts.render(says, language, own)) <= texts.LIMIT


def test_a_short_wording_leaves_room_for_what_ours_would_crowd_out():
    long_answer = (Say("boligstoette.full", {"month_end": 30}), Say("boligstoette.short", {"month_end": 30}))
    question = texts.longest("recognition.birthday_once_more")
    draft = Draft(answers=[long_answer], reminder=question)
    assert compose(draft)[0].text == "boligstoette.short"
    brief = {
        (language, "boligstoette.full"): "Udbetaling Danmark: 70 12 80 63, senest d. {month_end}."
        for language in texts.LANGUAGES
    }
    assert [said.text for said in compose(draft, brief)] == ["boligstoette.full", "recognition.birthday_once_more"]


def test_a_wording_is_said_in_its_own_language_only():
    own = {WELCOME: "Det var så lidt."}
    said = [Say("other.welcome")]
    assert texts.render(said, "da", own) == "Det var så lidt."
    assert texts.render(said, "en", own) == texts.render(said, "en")


def test_where_all_of_it_together_is_too_long_all_of_it_is_ours():
    own = {WELCOME: "Det var så lidt. " * 17}
    assert texts.render([Say("other.welcome")], "da", own).startswith("Det var så lidt.")
    assert texts.render([Say("other.welcome"), Say("other.fine")], "da", own) == texts.render(
        [Say("other.welcome"), Say("other.fine")]
    )


def test_a_long_wording_is_said_in_its_short_form_before_ours_is():
    answer = (Say("boligstoette.full", {"month_end": 30}), Say("boligstoette.short", {"month_end": 30}))
    draft = Draft(answers=[answer], reminder=Say("first_contact.invite"))
    assert compose(draft)[0].text == "boligstoette.full"
    own = {("da", "boligstoette.full"): PADDED["da", "boligstoette.full"], ("da", "boligstoette.short"): "Søg nu."}
    says = compose(draft, own)
    assert texts.render(says, "da", own).startswith("Søg nu. ")


def test_no_answer_is_lost_because_own_words_are_long():
    answer = (Say("boligstoette.full", {"month_end": 30}), Say("boligstoette.short", {"month_end": 30}))
    draft = Draft(answers=[answer], question=texts.longest("recognition.birthday_once_more"))
    long = {place: body for place, body in PADDED.items() if place[1].startswith("boligstoette.")}
    says = compose(draft, long)
    assert says == compose(draft)
    assert [said.text.split(".")[0] for said in says] == ["boligstoette", "recognition"]
    assert texts.render(says, "da", long) == texts.render(says)
