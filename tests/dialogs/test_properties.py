"""Whatever is said, in whatever order: the engine answers or hands over, and keeps what must always be so.

What that is stands in ``walks``. ``THOROUGH=20 pytest tests/dialogs/test_properties.py`` walks twenty times as far.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs.effects import Effect, Say
from bot.dialogs.flow import Scene, Step
from bot.dialogs.flows import FLOWS
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import CaseFacts, Heard, State
from bot.dialogs.wording import kroner
from tests.dialogs import walks
from tests.dialogs.samples import TODAY, alone
from tests.dialogs.walks import BARE, CASES, HEARD, Walk, plain, steps
from tests.dialogs.walks import TALKS as WALKS

#: Told of the case, where an organisation's own words may not tell it either.
SECRET = (*walks.SECRET, kroner(845_050), kroner(123_400))
#: Messages and nothing else, for the tests of one rule beside this.
TALKS = st.lists(HEARD, min_size=1, max_size=8)
THOROUGH = int(os.environ.get("THOROUGH", "1"))


def play(case: CaseFacts, talk: list[Heard]) -> list[tuple[CaseFacts, Heard, list[Say], list[Effect]]]:
    """Each turn with the case as it stood before it, what was said, and what was done."""
    rehearsal, turns = Rehearsal(case, TODAY), []
    for message in talk:
        before = rehearsal.case
        effects = rehearsal.hear(message).decision.effects
        turns.append((before, message, [e for e in effects if isinstance(e, Say)], list(effects)))
    return turns


def assert_each_was_taken(walk: Walk, moves: list[Heard | str]) -> None:
    """Every SMS and every wave step was a turn of its own; what held in each, ``walks.RULES`` asserted on the way."""
    turns = [move for move in moves if isinstance(move, Heard) or move.startswith("wave")]
    assert len([exchange for exchange in walk.rehearsal.exchanges if not exchange.unasked]) == len(turns)


@settings(max_examples=700 * THOROUGH, deadline=None, derandomize=True)
@given(case=CASES, talk=WALKS, gives_back=st.booleans())
def test_whatever_is_said_in_whatever_order(case, talk, gives_back):
    walk = Walk(Rehearsal(case, TODAY), gives_back)
    for move in talk:
        walk.go(move)
    assert_each_was_taken(walk, talk)


@settings(max_examples=150 * THOROUGH, deadline=None, derandomize=True)
@given(case=CASES, talk=WALKS, insists=st.integers(3, 6))
def test_whoever_writes_the_same_again_and_again_gets_a_human(case, talk, insists):
    """Or an answer each time; never the same question for a third."""
    walk, moves = Walk(Rehearsal(case, TODAY)), [*talk, *talk[-1:] * insists]
    for move in moves:
        walk.go(move)
    assert_each_was_taken(walk, moves)


@pytest.mark.parametrize("flow", FLOWS)
@settings(max_examples=60 * THOROUGH, deadline=None, derandomize=True)
@given(data=st.data())
def test_from_every_question_the_talk_goes_on(flow, data):
    """Each question of each flow is put, whatever it is answered with, and then anything."""
    names = [name for of, name, _ in steps() if of == flow]
    walk = Walk(Rehearsal(walks.TALKATIVE, TODAY), gives_back=True)
    walk.rehearsal.state = State(flow, data.draw(st.sampled_from(names)), REMEMBERED)
    moves = data.draw(WALKS)
    for move in moves:
        walk.go(move)
    assert_each_was_taken(walk, moves)


#: All that a question may build on.
REMEMBERED = {"monthly": 100_000, "months": 9, "down": 50_000, "promise_ore": 300_000, "talked": True}
SLOTS = st.fixed_dictionaries(
    {},
    optional={
        "monthly": st.just(100_000),
        "months": st.integers(1, 12),
        "promise_ore": st.just(300_000),
        "talked": st.just(True),
    },
)
STORED = st.builds(
    State,
    flow=st.sampled_from([None, *FLOWS, "lottery"]),
    step=st.one_of(
        st.none(), st.sampled_from([name for flow in FLOWS.values() for name in flow.nodes]), st.just("gone")
    ),
    slots=SLOTS,
)


@settings(max_examples=300 * THOROUGH, deadline=None, derandomize=True)
@given(STORED, CASES, HEARD)
def test_no_stored_state_makes_a_turn_fail(state, case, message):
    decision = alone(message, case, state)
    assert decision.state.flow is None or decision.state.step in FLOWS[decision.state.flow].nodes


#: What a resident may write who answers what was asked.
_ANSWERS = """
fyret|syg|skilt|min mand er død|min løn er sat ned|tandlægen kostede 4000|jeg er blevet fyret
2 voksne og 1 barn|1 voksen|jeg bor alene|med min kæreste|min kone og 3 børn|0 børn|pension|en teenager
folkepension|førtidspension|su|løn|arbejde|18000 om måneden|1.000.000|75|et påkrav|en rykker|ikke fået brev
fra fogedretten|500 om måneden|2000 nu|jeg kan ikke betale noget|5|mandag kl 10|om formiddagen|i morgen|d. 15.
hverdage efter 16|nej aldrig|husker det ikke|ja jeg har|har ikke søgt|søgt|fået afslag|fået ja|betalt|ikke betalt|lån
jeg gider ikke flere spørgsmål|ikke flere spørgsmål|nu gider jeg ikke mere|nok nu|ikke nu|over|drop det|slut
14000 efter skat|udbetalt 14000|delebørn|børnene er her hver anden uge|selvstændig|kørestol|plejehjem
kontanthjælp forhøjet sats|gift og på kontanthjælp|kommunen har anvist den|vi er begge under 30|uden|med|nok
det skal være et andet beløb|et menneske|andet|ja, send det|8|ja 3|sidste måned|20.11|stop
"""
ANSWERS = (*BARE, *(text for line in _ANSWERS.strip().splitlines() for text in line.split("|")))


PLAIN = tuple(plain(text) for text in ANSWERS)
CALLED = (plain("ring til mig", "ask_callback"), plain("jeg vil tale med en rådgiver", "ask_human"))
NOT_KNOWN = replace(walks.TALKATIVE, verified=False, house_number="12B")


def ways_of(node: Step) -> Iterator[str]:
    """The ways that plain words open."""
    for message in (*PLAIN, *CALLED):
        for wrong in (0, 1):
            case = replace(NOT_KNOWN, wrong_recognitions_today=wrong)
            for slots in ({"talked": True}, {"monthly": 100_000}):
                if way := node.reads(Scene(slots, message, case, TODAY, {})):
                    yield way.name


@pytest.mark.parametrize(("flow", "name"), [(flow, name) for flow, name, _ in steps()])
def test_no_answer_of_a_question_is_dead(flow: str, name: str):
    """Every way on from a question is one that somebody can take with plain words."""
    node = FLOWS[flow].nodes[name]
    assert isinstance(node, Step)
    open_ways = set(ways_of(node))
    assert set(node.leads) - open_ways - walks.LATER == set()


def one_and_two(node: Step) -> list[str]:
    """The ways that a bare 1 and a bare 2 open; the same or none where the answers are not numbered."""
    scene = Scene({"monthly": 100_000}, Heard(""), walks.TALKATIVE, TODAY, {})
    return [way.name for word in ("1", "2") if (way := node.reads(replace(scene, heard=plain(word))))]


NUMBERED = [(flow, name) for flow, name, node in steps() if len(set(one_and_two(node))) == 2]


def test_most_choices_are_numbered_somewhere():
    assert {flow for flow, _ in NUMBERED} >= {"menu", "first_contact", "payment_plan", "situation"}


@pytest.mark.parametrize(("flow", "name"), NUMBERED)
@pytest.mark.parametrize("words", [("1", "1.", "nr 1", " 1 "), ("2", "2!", "nr. 2", "nummer 2"), ("3", "3.", "svar 3")])
def test_a_number_is_read_alike_however_it_is_written(flow: str, name: str, words: tuple[str, ...]):
    """Where a bare number answers by choosing, so do "1." and "nr 1"."""
    node = FLOWS[flow].nodes[name]
    assert isinstance(node, Step)
    scene = Scene({"monthly": 100_000}, Heard(""), walks.TALKATIVE, TODAY, {})
    ways = [node.reads(replace(scene, heard=plain(word))) for word in words]
    assert len({way.name if way else None for way in ways}) == 1, words
