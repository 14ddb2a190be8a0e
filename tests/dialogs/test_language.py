"""A language asked for, and one that is only named to say that it is not spoken."""

import pytest

from bot.dialogs.effects import OpenHandoff, SetLanguage
from tests.dialogs.samples import RECOGNISED, alone, done, heard, said


@pytest.mark.parametrize(
    "text", ["I don't speak danish", "i dont understand Danish", "no danish", "I don\u2019t speak danish, sorry"]
)
def test_no_danish_said_in_english_is_a_wish_for_english(text):
    decision = alone(heard(text, "change_language", language="en"))
    assert said(decision) == ["other.language"]
    assert done(decision) == {SetLanguage("en")}


@pytest.mark.parametrize("text", ["kan ikke dansk", "forstår ikke dansk", "jeg kan desværre ikke så godt dansk"])
def test_no_danish_said_in_danish_is_a_humans(text):
    decision = alone(heard(text, "change_language"))
    assert said(decision) == ["handoff.language"]
    assert OpenHandoff("language") in decision.effects


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("kan ikke dansk, kun engelsk", "da", "en"),
        ("jeg forstår ikke dansk men engelsk er fint", "da", "en"),
        ("kan vi ikke skrive på engelsk?", "da", "en"),
        ("can't we write in english", "en", "en"),
        ("my english is not good, can we write danish", "en", "da"),
        ("english please", "da", "en"),
        ("my danish is not good can we write english", "en", "en"),
        ("mit dansk er ikke godt kan vi skrive engelsk", "da", "en"),
        ("jeg er dårlig til dansk vil gerne engelsk", "da", "en"),
        ("dont understand danish english please", "en", "en"),
        ("jeg taler ikke godt dansk engelsk er bedre", "da", "en"),
        ("hellere dansk tak", "da", "da"),
    ],
)
def test_the_language_wanted_is_the_one_not_refused(text, language, wanted):
    decision = alone(heard(text, "change_language", language=language))
    assert SetLanguage(wanted) in decision.effects
    assert said(decision) == ["other.language"]


def test_neither_of_ours_is_a_humans():
    decision = alone(heard("I speak no english and no danish", "change_language", language="en"))
    assert OpenHandoff("language") in decision.effects
    neither = alone(heard("jeg kan hverken dansk eller engelsk", "change_language"))
    assert said(neither) == ["handoff.language"]
    arabic = alone(heard("kan ikke dansk, kun arabisk", "change_language"))
    assert {SetLanguage("ar"), OpenHandoff("language")} <= done(arabic)


def test_a_conversation_in_danish_goes_on_in_danish_for_who_asks_for_it():
    assert said(alone(heard("på dansk tak", "change_language"), RECOGNISED)) == ["other.language"]
