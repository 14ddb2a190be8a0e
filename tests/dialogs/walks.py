"""A talk of anything in any order, held against what must always be so after every turn.

Whoever walks here is unkind to the bot: real messages in any case, bare answers to nothing, other languages, pictures,
a human who takes the talk and gives it back, a wave in between, days gone by.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st

from bot.dialogs.effects import Effect, MarkVerified, OpenHandoff, PauseBot, ProposePlan, RecordFact, Say
from bot.dialogs.flow import Scene, Step
from bot.dialogs.flows import FLOWS
from bot.dialogs.limits import may_tell, past_deadline
from bot.dialogs.misheard import is_plain
from bot.dialogs.people_words import names_only_people_and_pay
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, Heard, Intent, Policy, State, Value
from bot.dialogs.texts import LANGUAGES, LIMIT, render
from bot.dialogs.triage import CHANGES, CRISIS, ORDER
from bot.dialogs.wording import kroner
from bot.nlu.examples import training_examples
from bot.nlu.short_answers import short_answer
from bot.nlu.values import read_values
from bot.sms import is_gsm7
from tests.dialogs.samples import TODAY

#: Of the 27,000 messages that the understanding learns from.
REAL_MESSAGES = 500
BARE = (
    *(
        "ja",
        "nej",
        "ja tak",
        "nej tak",
        "jep",
        "👍",
        "ok",
        "ja nej",
        "ved ikke",
        "spring over",
        "stop nu",
        "hej",
        "tak",
    ),
    *(
        "1",
        "2",
        "3",
        "4",
        "nr 2",
        "den første",
        "",
        " ",
        "🙂",
        "?",
        "hallo",
        "asdf",
        "RING",
        "RÅDGIVER",
        "START",
        "STOP",
    ),
    *("14/3", "1/1", "12B", "500", "0", "20", "100", "1500", "9000", "99999999", "60", "60 m2", "6 mdr", "over 40 mdr"),
    *(
        "på fredag",
        "d. 1.",
        "i går",
        "kl 15",
        "efter 14",
        "ring i morgen efter 12",
        "12000",
        "kontanthjælp",
        "dagpenge",
    ),
    *("2 børn", "ingen", "alene", "lejlighed", "varme er med", "før skat", "ved det ikke", "det hele", "lidt"),
)
#: Words that would tell, in a text of ours, that there is a case and how it stands.
SECRET = ("Du mangler at betale", "You still need to pay", "Fristen er", "The deadline is", "om måneden bliver")
#: What is told of oneself, and what must be in the case afterwards.
SITUATION = frozenset(name for name in ORDER if name.startswith("inform_")) | {"cannot_pay", "distress"}
#: Who says this is asked something back, each time.
ASKS_FOR_QUESTIONS = frozenset({"ask_menu", "greet", "opt_in", "ask_amount", *CHANGES})
#: What may be said while a human holds the talk, and what while one is awaited.
WHILE_HELD = ("crisis.", "opt_out.confirmed", "opt_out.short", "language")
WHILE_QUEUED = (*WHILE_HELD, "queue.waiting", "other.wrong_person", "other.cpr", "opt_out.back", "interpreter")


def plain(text: str, *names: str, language: str = "da") -> Heard:
    """A message with the values that stand in it; a short answer is heard as the understanding hears it."""
    known = short_answer(text)
    intents = names or ((known,) if known else ())
    return Heard(text, tuple(Intent(name, 1.0) for name in intents), read_values(text, TODAY), language)


@cache
def real_messages() -> tuple[Heard, ...]:
    """Messages of the training data under their own labels."""
    examples = training_examples()
    return tuple(plain(e.text, *e.intents) for e in examples[:: len(examples) // REAL_MESSAGES])


VALUES = st.one_of(
    st.sampled_from([1, 50, 500, 1000, 8450, 99_999]).map(lambda kr: Value("amount", kr)),
    st.dates(date(2026, 11, 1), date(2027, 2, 1)).map(lambda day: Value("date", day.isoformat())),
    st.sampled_from(["12:00", "afternoon"]).map(lambda time: Value("time", time)),
    st.sampled_from([1, 6, 30]).map(lambda count: Value("instalments", count)),
    st.integers(0, 6).map(lambda count: Value("children", count)),
    st.just(Value("phone_number", "+4511119999")),
)
MIXED = st.builds(
    Heard,
    text=st.sampled_from(
        (
            *(text for text in BARE if not text.isupper()),
            "hvad er nu det for noget",
            "jeg låner pengene af min søster",
            "det gør min kone",
        )
    ),
    intents=st.lists(st.sampled_from(ORDER), max_size=3, unique=True).map(
        lambda names: tuple(Intent(name, 1.0) for name in names)
    ),
    values=st.lists(VALUES, max_size=3).map(tuple),
    language=st.sampled_from(["da", "da", "da", "en", "tr", "so"]),
    cpr_removed=st.sampled_from([False, False, False, True]),
    media=st.sampled_from([0, 0, 0, 0, 0, 0, 1]),
)
#: A message, or something that happens between messages.
HEARD = st.one_of(
    st.sampled_from(BARE).map(plain),
    st.deferred(lambda: st.sampled_from(real_messages())),
    MIXED,
)
BETWEEN = st.sampled_from(
    [
        *("claimed", "released", "released", "wave 0", "wave 2", "a day", "a week"),
        *("after thanks", "after thanks_asks", "after check_in"),
    ]
)
MOVES = st.one_of(HEARD, HEARD, HEARD, HEARD, HEARD, HEARD, BETWEEN)
TALKS = st.lists(MOVES, min_size=1, max_size=14)

#: A resident with whom there is much to talk about.
TALKATIVE = CaseFacts(
    organisation="Boligforeningen Søndergården",
    adviser="Anne-Marie Mikkelsen",
    case_ref="2026-118",
    first_name="Amina",
    arrears_ore=845_050,
    deadline=date(2026, 12, 3),
    stage="paakrav",
    birth_day="14-03",
    verified=True,
    main_number="+4570111111",
    answer_by="onsdag d. 23. december kl. 15",
    rent_ore=620_000,
    kommune="Odense",
)
ANY_CASE = st.builds(
    CaseFacts,
    organisation=st.just("Boligforeningen Søndergården"),
    adviser=st.sampled_from(["Anne-Marie Mikkelsen", "Mette", ""]),
    case_ref=st.sampled_from(["2026-118", "2026-118", "2026-118", None]),
    first_name=st.sampled_from(["Amina", ""]),
    arrears_ore=st.sampled_from([845_050, 123_400, 15_000, 0, 1, 12_845_050]),
    deadline=st.sampled_from([date(2026, 12, 3), date(2026, 12, 3), date(2026, 11, 20), TODAY, None]),
    stage=st.sampled_from(["rykker", "paakrav", "paakrav", "advokat", "ophaevet", "foged"]),
    status=st.sampled_from(["open", "open", "open", "open", "settled", "closed"]),
    birth_day=st.sampled_from(["14-03", "14-03", None]),
    house_number=st.sampled_from(["12B", None]),
    verified=st.booleans(),
    opted_out=st.sampled_from([False, False, False, True]),
    held_by=st.sampled_from(["bot", "bot", "bot", "bot", "queue", "adviser"]),
    main_number=st.sampled_from(["", "+4570111111"]),
    answer_by=st.just("onsdag d. 23. december kl. 15"),
    rent_ore=st.sampled_from([None, 620_000]),
    kommune=st.sampled_from(["", "Odense"]),
    policy=st.builds(
        Policy, accepts_plan=st.booleans(), sms_detail=st.sampled_from(["recognised", "recognised", "neutral"])
    ),
)
CASES = st.one_of(st.just(TALKATIVE), st.just(replace(TALKATIVE, verified=False)), ANY_CASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """One turn: how it stood before, what was heard, and what was said and done."""

    before: CaseFacts
    state: State
    today: date
    exchange: Exchange
    after: CaseFacts

    @property
    def heard(self) -> Heard:
        return self.exchange.heard or Heard("")

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.exchange.decision.effects

    @property
    def says(self) -> list[Say]:
        return [effect for effect in self.effects if isinstance(effect, Say)]

    @property
    def texts(self) -> list[str]:
        return [said.text for said in self.says]

    @property
    def is_held(self) -> bool:
        return self.before.held_by == "adviser" or self.before.bot_paused


@dataclass(slots=True)
class Walk:
    """A talk, and what has been so in it."""

    rehearsal: Rehearsal
    gives_back: bool = False  #: an adviser gives the talk back at once, whenever one is asked for
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)  #: since it was answered, or we began anew
    waiting_told: int = 0  #: that a human will answer, since one was asked for
    number_off: bool = False

    def go(self, move: Heard | str) -> Taken | None:
        """One move; None where nobody wrote."""
        if isinstance(move, Heard):
            return self._hear(move)
        rehearsal = self.rehearsal
        match move.split():
            case ["claimed"]:
                rehearsal.case = replace(rehearsal.case, held_by="adviser")
            case ["released"]:
                rehearsal.case = replace(rehearsal.case, held_by="bot", bot_paused=False, crisis_told=False)
                self.asked.clear()
                self.waiting_told = 0
            case ["wave", step]:
                self._hold_wave(rehearsal.begin(ladder=int(step)))
            case ["after", what]:
                self._follow_up(what)
            case ["a", span]:
                rehearsal.today += timedelta(days=7 if span == "week" else 1)
                rehearsal.case = replace(rehearsal.case, wrong_recognitions_today=0)
        return None

    def _hear(self, heard: Heard) -> Taken:
        before, state = self.rehearsal.case, self.rehearsal.state
        exchange = self.rehearsal.hear(heard)
        taken = Taken(before, state, self.rehearsal.today, exchange, self.rehearsal.case)
        for rule in RULES:
            rule(self, taken)
        if self.gives_back and taken.after.held_by != "bot":
            self.go("released")
        return taken

    def _follow_up(self, what: str) -> None:
        """Only where the caller finds nothing against it."""
        case = self.rehearsal.case
        if case.held_by == "bot" and not case.bot_paused and not case.opted_out and not self.number_off:
            exchange = self.rehearsal.follow_up(what)
            self.asked.clear()
            for word in ("kr.", "betal", "husleje", "pay", "rent", kroner(case.arrears_ore)):
                assert word not in exchange.answer, exchange.answer

    def _hold_wave(self, exchange: Exchange) -> None:
        case = self.rehearsal.case
        if exchange.answer:
            assert case.held_by == "bot"
            assert not case.opted_out
            assert not case.bot_paused
            self.asked.clear()
            self.number_off = False


def answers_or_hands_over(walk: Walk, taken: Taken) -> None:
    """Silent only where that is right: a human has it, STOP was said, or the number is not the resident's."""
    walk.number_off |= "other.wrong_person" in taken.texts
    free = taken.before.held_by == "bot" and not taken.before.bot_paused and not taken.before.opted_out
    if free and not walk.number_off and "opt_out" not in taken.heard.names:
        assert taken.says or any(isinstance(effect, OpenHandoff) for effect in taken.effects)


def is_one_sms(_walk: Walk, taken: Taken) -> None:
    """Of two segments, in the alphabet that costs least."""
    for language in LANGUAGES:
        text = render(taken.says, language)
        assert len(text) <= LIMIT, text
        assert is_gsm7(text.removesuffix(" ")), text
    if taken.after.language in LANGUAGES:
        assert "{" not in taken.exchange.answer


def keeps_the_case_to_itself(_walk: Walk, taken: Taken) -> None:
    """No amount, deadline or word of debt of ours before recognition, to a stranger, or by a neutral organisation."""
    knows = replace(taken.before, verified=taken.before.verified or MarkVerified() in taken.effects)
    if may_tell(knows) or not taken.says:
        return
    own = {kroner(int(value) * 100) for value in taken.heard.all("amount")}
    sms = render(taken.says)
    sums = {kroner(taken.before.arrears_ore)} if taken.before.arrears_ore > 1 else set()
    own |= {kroner(int(taken.state.slots.get(name) or 0)) for name in ("monthly", "promise_ore", "kept_ore")}
    assert not [word for word in (*SECRET, *(sums - own)) if word in sms], sms


def is_silent_while_a_human_speaks(walk: Walk, taken: Taken) -> None:
    """But for the fixed crisis text (once), the end of SMS, and that a human will answer (once)."""
    if taken.is_held:
        assert all(text.startswith(WHILE_HELD) for text in taken.texts), taken.texts
    elif taken.before.held_by == "queue":
        walk.waiting_told += "queue.waiting" in taken.texts
        assert walk.waiting_told <= 1
        assert all(text.startswith(WHILE_QUEUED) for text in taken.texts), taken.texts


def starts_nothing_after_stop(_walk: Walk, taken: Taken) -> None:
    """Who said STOP is answered and asked nothing, until START."""
    if taken.after.opted_out:
        assert taken.exchange.decision.state.step is None
    if taken.before.opted_out and taken.after.opted_out:
        assert not [said for said in taken.says if said.text in QUESTIONS], taken.texts
        if "opt_out" in taken.heard.names:
            assert all(text.startswith("crisis.") for text in taken.texts), taken.texts


def life_comes_first(_walk: Walk, taken: Taken) -> None:
    """A crisis gets the fixed text alone, a human at once, and silence."""
    crises = set(CRISIS) & set(taken.heard.names)
    if not crises or (crises == {"crisis_violence"} and names_only_people_and_pay(taken.heard.text)):
        return  # who only says who lives at home, and of what, may be misheard: bot.dialogs.misheard
    if not taken.before.crisis_told:
        assert all(text.startswith(("crisis.", "opt_out.short")) for text in taken.texts), taken.texts
        assert taken.texts
    assert [e for e in taken.effects if isinstance(e, OpenHandoff) and e.priority == "crisis"]
    assert PauseBot() in taken.effects


def drops_nothing(_walk: Walk, taken: Taken) -> None:
    """What was told of the situation is known afterwards, whoever holds the talk. Few words may be misheard."""
    if taken.before.case_ref is None or is_plain(taken.heard.text):
        return
    told = {name for name in taken.heard.names if name in SITUATION}
    kept = {effect.name for effect in taken.effects if isinstance(effect, RecordFact)} | set(taken.before.known)
    kept |= {"inform_debt"} if "borrows_to_pay" in kept else set()  # a loan to pay with is that fact
    assert told <= kept, told - kept


def keeps_within_the_limits(_walk: Walk, taken: Taken) -> None:
    """A proposed plan is one that the organisation would look at, and it pays it all."""
    for plan in [effect for effect in taken.effects if isinstance(effect, ProposePlan)]:
        case = taken.before
        total = plan.total_ore or case.arrears_ore
        assert case.policy.accepts_plan
        assert not past_deadline(case, taken.today)
        assert plan.instalments <= case.policy.max_months
        assert plan.monthly_ore >= min(case.policy.min_monthly_ore, total)
        assert 0 < total - plan.monthly_ore * (plan.instalments - 1) <= plan.monthly_ore
        assert plan.first_date > taken.today


def asks_nothing_a_third_time(walk: Walk, taken: Taken) -> None:
    """The same question with the same values, unless it was answered in between or is just what was asked for."""
    step = _step(taken.state)
    scene = Scene(taken.state.slots, taken.heard, taken.before, taken.today, taken.state.asked)
    answered = step is not None and step.reads(scene) is not None
    for key in [key for key in walk.asked if answered and step and key[0] in _texts(step)]:
        del walk.asked[key]
    if answered or ASKS_FOR_QUESTIONS & set(taken.heard.names):
        return
    for said in taken.says:
        if said.text in QUESTIONS:
            key = (said.text, json.dumps(dict(said.values), sort_keys=True))
            walk.asked[key] += 1
            assert walk.asked[key] <= 2, f"a third time: {key}"


def survives_the_database(_walk: Walk, taken: Taken) -> None:
    """The state comes back from JSON as it was, and its question is one that is there."""
    state = taken.exchange.decision.state
    assert State.from_json(json.loads(json.dumps(state.to_json()))) == state
    assert (state.step is None) == (_step(state) is None)


RULES = (
    answers_or_hands_over,
    is_one_sms,
    keeps_the_case_to_itself,
    is_silent_while_a_human_speaks,
    starts_nothing_after_stop,
    life_comes_first,
    drops_nothing,
    keeps_within_the_limits,
    asks_nothing_a_third_time,
    survives_the_database,
)


def steps() -> Iterator[tuple[str, str, Step]]:
    """Every question of every flow."""
    for flow in FLOWS.values():
        for name, node in flow.nodes.items():
            if isinstance(node, Step):
                yield flow.name, name, node


def _step(state: State) -> Step | None:
    found = FLOWS[state.flow].nodes.get(state.step or "") if state.flow in FLOWS else None
    return found if isinstance(found, Step) else None


def _texts(step: Step) -> set[str]:
    return {step.text, step.again, step.reminder or step.text}


QUESTIONS = frozenset(text for _, _, step in steps() for text in _texts(step))


#: Ways that only a second answer or another case opens; tried where that is spoken of.
LATER: frozenset[str] = frozenset({"again", "failed", "late"})
