"""A yes that comes late is still a yes: it leads to where a yes to the first SMS leads."""

from dataclasses import replace

import pytest

from bot.dialogs.effects import OpenHandoff, OptIn
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import State
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, TODAY, alone, heard, kinds, said, talk

JA, NEJ, OK = heard("ja", "affirm"), heard("nej", "deny"), heard("ok", "affirm")


def test_after_two_noes():
    exchange = talk(AMINA, heard("nej tak", "deny", "thank"), NEJ, JA)
    assert said(exchange.decision) == ["recognition.birthday"]


def test_to_an_organisation_that_never_asks_who_it_is():
    assert said(talk(NEUTRAL, NEJ, JA).decision) == ["first_contact.agreed_neutral"]


@pytest.mark.parametrize("intent", ["already_paid", "ask_callback", "ask_privacy"])
def test_after_talk_of_something_else(intent):
    state = alone(heard("…", intent), AMINA).state
    assert said(alone(JA, AMINA, state)) == ["recognition.birthday"]


def test_an_ok_after_something_said_is_only_a_nod():
    state = alone(heard("har betalt", "already_paid"), AMINA).state
    assert said(alone(OK, AMINA, state)) == ["other.fine"]


def test_from_somebody_recognised_it_says_nothing_new():
    state = alone(heard("har betalt", "already_paid")).state
    assert said(alone(JA, RECOGNISED, state)) == ["other.fine"]


def test_after_stop_and_start():
    rehearsal = Rehearsal(AMINA, TODAY)
    rehearsal.begin()
    rehearsal.hear(heard("stop", "opt_out"))
    back = rehearsal.hear(heard("start", "opt_in"))
    assert OptIn("start") in back.decision.effects
    assert said(rehearsal.hear(JA).decision) == ["recognition.birthday"]


def test_start_from_who_never_said_stop():
    assert said(talk(AMINA, NEJ, heard("start", "opt_in")).decision) == ["recognition.birthday"]


def test_nothing_to_recognise_by_is_a_humans():
    case = replace(AMINA, birth_day=None, house_number=None)
    assert OpenHandoff("no_recognition") in talk(case, NEJ, JA).decision.effects


@pytest.mark.parametrize("case", [replace(AMINA, held_by="queue"), replace(AMINA, opted_out=True)])
def test_where_the_bot_does_not_speak_nothing_starts(case):
    decision = alone(JA, case, State(slots={"talked": True, "declined": True}))
    assert "recognition.birthday" not in said(decision)
    assert kinds(decision) == []
