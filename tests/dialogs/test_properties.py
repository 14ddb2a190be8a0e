"""Whatever is heard, in whatever order: what must always hold."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs.effects import Effect, MarkVerified, OpenHandoff, ProposePlan, Say
from bot.dialogs.flow import Step
from bot.dialogs.flows import FLOWS
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import CaseFacts, Heard, Intent, Policy, State, Value
from bot.dialogs.texts import LIMIT, render
from bot.dialogs.triage import ORDER
from bot.dialogs.wording import kroner
from tests.dialogs.samples import TODAY, alone

TEXTS = ("ja", "nej", "1", "2", "3", "14/3", "1/1", "12B", "500", "20", "9000", "6 mdr", "ved ikke", "", "🙂", "RING")
HEARD = st.builds(
    Heard,
    text=st.sampled_from((*TEXTS, "hvad er nu det for noget", "jeg låner pengene af min søster")),
    intents=st.lists(st.sampled_from(ORDER), max_size=3, unique=True).map(
        lambda names: tuple(Intent(name, 1.0) for name in names)
    ),
    values=st.lists(
        st.one_of(
            st.integers(1, 9999).map(lambda kr: Value("amount", kr)),
            st.dates(date(2026, 11, 1), date(2027, 2, 1)).map(lambda day: Value("date", day.isoformat())),
            st.sampled_from(["12:00", "afternoon"]).map(lambda time: Value("time", time)),
            st.integers(1, 30).map(lambda count: Value("instalments", count)),
        ),
        max_size=3,
    ).map(tuple),
    language=st.sampled_from(["da", "da", "da", "en", "tr"]),
    cpr_removed=st.booleans(),
    media=st.sampled_from([0, 0, 0, 0, 1]),
)
CASES = st.builds(
    CaseFacts,
    organisation=st.just("Solgården Bolig"),
    adviser=st.just("Mette"),
    case_ref=st.sampled_from(["2026-118", "2026-118", None]),
    arrears_ore=st.sampled_from([845_050, 123_400, 15_000, 0]),
    deadline=st.sampled_from([date(2026, 12, 3), date(2026, 11, 20), None]),
    stage=st.sampled_from(["rykker", "paakrav", "advokat", "ophaevet"]),
    birth_day=st.sampled_from(["14-03", None]),
    house_number=st.sampled_from(["12B", None]),
    verified=st.booleans(),
    opted_out=st.sampled_from([False, False, True]),
    held_by=st.sampled_from(["bot", "bot", "bot", "queue", "adviser"]),
    main_number=st.sampled_from(["", "+4570111111"]),
    answer_by=st.just("i dag kl. 15"),
    policy=st.builds(
        Policy, accepts_plan=st.booleans(), sms_detail=st.sampled_from(["recognised", "recognised", "neutral"])
    ),
)
TALKS = st.lists(HEARD, min_size=1, max_size=8)
STEPS = [node for flow in FLOWS.values() for node in flow.nodes.values() if isinstance(node, Step)]
ASKED = {text for node in STEPS for text in (node.text, node.reminder)}
SECRET = ("Du mangler at betale", "Fristen er", "om måneden bliver", kroner(845_050), kroner(123_400))
SILENT_WORDS = ("crisis.", "opt_out.confirmed", "opt_out.short")


def play(case: CaseFacts, talk: list[Heard]) -> list[tuple[CaseFacts, Heard, list[Say], list[Effect]]]:
    """Each turn with the case as it stood before it, what was said, and what was done."""
    rehearsal, turns = Rehearsal(case, TODAY), []
    for message in talk:
        before = rehearsal.case
        effects = rehearsal.hear(message).decision.effects
        turns.append((before, message, [e for e in effects if isinstance(e, Say)], list(effects)))
    return turns


@settings(max_examples=300, deadline=None)
@given(CASES, TALKS)
def test_the_bot_answers_or_hands_over_wherever_it_holds_the_conversation(case, talk):
    silenced = False
    for before, message, says, effects in play(case, talk):
        silenced |= any(say.text == "other.wrong_person" for say in says)
        free = before.held_by == "bot" and not before.bot_paused and not before.opted_out and not silenced
        if free and "opt_out" not in {intent.name for intent in message.intents}:
            assert says or any(isinstance(effect, OpenHandoff) for effect in effects)


@settings(max_examples=300, deadline=None)
@given(CASES, TALKS)
def test_nothing_of_the_case_is_said_before_recognition_or_by_a_neutral_organisation(case, talk):
    for before, message, says, effects in play(case, talk):
        told = before.verified or MarkVerified() in effects
        if not told or before.policy.sms_detail == "neutral" or before.case_ref is None:
            own = {kroner(int(value) * 100) for value in message.all("amount")}
            sms = render(says)
            assert not [word for word in SECRET if word in sms and word not in own]


@settings(max_examples=300, deadline=None)
@given(CASES, TALKS)
def test_while_a_human_holds_it_the_bot_says_only_what_the_contract_allows(case, talk):
    confirmed = 0
    for before, _, says, _ in play(case, talk):
        texts = [say.text for say in says]
        if before.held_by == "adviser" or before.bot_paused:
            assert all(text.startswith(SILENT_WORDS) for text in texts)
        elif before.held_by == "queue":
            confirmed += "queue.waiting" in texts
            allowed = (*SILENT_WORDS, "queue.waiting", "other.wrong_person", "other.cpr", "opt_out.back")
            assert all(text.startswith(allowed) for text in texts)
    assert confirmed <= 1


@settings(max_examples=300, deadline=None)
@given(CASES, TALKS, st.integers(2, 5))
def test_the_same_question_is_never_asked_a_third_time_in_a_row(case, talk, insists):
    """Not even to somebody who writes the same again and again. A turn that asks nothing ends the row."""
    asked = [
        tuple((say.text, tuple(say.values.items())) for say in says if say.text in ASKED)
        for _, _, says, _ in play(case, [*talk, *talk[-1:] * insists])
    ]
    assert not [turns for turns in zip(asked, asked[1:], asked[2:], strict=False) if turns[0] and len(set(turns)) == 1]


@settings(max_examples=300, deadline=None)
@given(CASES, TALKS)
def test_a_turn_is_one_sms_of_two_segments(case, talk):
    for _, _, says, _ in play(case, talk):
        assert len(render(says)) <= LIMIT


@settings(max_examples=200, deadline=None)
@given(CASES, TALKS)
def test_a_proposed_plan_is_within_the_limits_and_pays_it_all(case, talk):
    for before, _, _, effects in play(case, talk):
        for plan in [effect for effect in effects if isinstance(effect, ProposePlan)]:
            assert before.policy.accepts_plan
            assert plan.instalments <= before.policy.max_months
            assert plan.monthly_ore >= min(before.policy.min_monthly_ore, before.arrears_ore)
            left = before.arrears_ore - plan.monthly_ore * (plan.instalments - 1)
            assert 0 < left <= plan.monthly_ore


@given(CASES, TALKS)
def test_a_state_comes_back_from_json_as_it_was(case, talk):
    rehearsal = Rehearsal(case, TODAY)
    for message in talk:
        rehearsal.hear(message)
    assert State.from_json(json.loads(json.dumps(rehearsal.state.to_json()))) == rehearsal.state


STORED = st.builds(
    State,
    flow=st.sampled_from([None, *FLOWS, "lottery"]),
    step=st.one_of(
        st.none(), st.sampled_from([name for flow in FLOWS.values() for name in flow.nodes]), st.just("gone")
    ),
    slots=st.dictionaries(st.sampled_from(["monthly", "months", "promise_ore"]), st.integers(1, 12), max_size=2),
)


@settings(max_examples=400, deadline=None)
@given(STORED, CASES, HEARD)
def test_no_stored_state_makes_a_turn_fail(state, case, message):
    decision = alone(message, case, state)
    assert decision.state.flow is None or decision.state.step in FLOWS[decision.state.flow].nodes
