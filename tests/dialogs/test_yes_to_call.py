"""A yes to "skriv RING" is a call; later, or to something else, it is not."""

from dataclasses import replace

from bot.dialogs.effects import CreateTask
from bot.dialogs.rehearsal import Exchange, Rehearsal
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, done, heard, said, talk

ASKS, JA = heard("kan jeg få hjælp til medicin", "ask_medicine_support"), heard("ja tak", "affirm")


def last(*messages) -> Exchange:
    talk = Rehearsal(RECOGNISED, TODAY)
    for message in messages:
        exchange = talk.hear(message)
    return exchange


def test_a_yes_is_a_call():
    exchange = last(ASKS, JA)
    assert CreateTask("call") in done(exchange.decision)
    assert said(exchange.decision) == ["callback.any"]


def test_a_no_and_a_later_yes_are_none():
    assert CreateTask("call") not in done(last(ASKS, heard("nej tak", "deny")).decision)
    assert CreateTask("call") not in done(last(ASKS, heard("tak", "thank"), JA).decision)


def test_a_yes_where_no_call_was_offered_is_none():
    assert CreateTask("call") not in done(last(heard("hvem er I", "ask_identity"), JA).decision)


def test_after_stop_nothing_is_begun_by_a_yes():
    talk = Rehearsal(RECOGNISED, TODAY)
    talk.hear(ASKS)
    talk.case = replace(talk.case, opted_out=True)
    assert CreateTask("call") not in done(talk.hear(JA).decision)


def test_when_is_when_we_phone_right_after_a_call_was_agreed():
    call = heard("ring til mig", "ask_callback")
    assert said(last(call, heard("hvornår", "ask_deadline")).decision) == ["callback.any"]
    assert said(last(ASKS, JA, heard("hvornår", "ask_deadline")).decision) == ["callback.any"]
    assert said(last(call, heard("hvornår skal jeg betale", "ask_deadline")).decision) != ["callback.any"]
    assert said(last(heard("hvornår", "ask_deadline")).decision) != ["callback.any"]


def test_a_yes_is_to_what_stands_last_in_the_sms_whatever_was_asked_before():
    which = heard("er jeg berettiget til huslejehjælp", "ask_enkeltydelse")
    what, bring = heard("hvad er enkeltydelse", "ask_enkeltydelse"), heard("hvad skal jeg have med", "ask_enkeltydelse")
    exchange = last(which, what, bring, heard("ja", "affirm"))
    assert CreateTask("call") in done(exchange.decision)


def test_who_asks_for_help_at_our_choices_has_chosen_and_a_yes_is_a_call():
    chosen = talk(AMINA, JA, heard("14/3"), heard("hjælp til budget", "ask_budget_advice"))
    assert said(chosen.decision) == ["budget_advice.full", "kommune_call.full"]
    exchange = talk(AMINA, JA, heard("14/3"), heard("hjælp til budget", "ask_budget_advice"), JA)
    assert CreateTask("call") in done(exchange.decision)
