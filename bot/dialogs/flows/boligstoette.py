"""The guided estimate of boligstøtte: offered after the answer, a few questions, a rough sum, or a human.

It tells nothing of the case, so it may be given before recognition; the rent that we know is used only after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogs import estimate_answers as answers
from bot.dialogs.estimating import begun, lacks, offered, worked_out
from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, answer, human, say
from bot.dialogs.readers import agree

#: A sum, a benefit or a home in an answer is no proposal and no new question.
_TAKES = frozenset(
    {
        "ask_payment_plan",
        "promise_to_pay",
        "inform_income_change",
        "ask_boligstoette",
        "ask_personal_supplement",
        "ask_enkeltydelse",
        "other_housing_matter",
    }
)
_HUMAN = human("boligstoette")
_LEADS = {"told": "next", "skip": "next", "enough": "left", "human": _HUMAN}
#: Without these there is nothing to calculate.
_NEEDED = {**_LEADS, "skip": _HUMAN}
_INCOME = {**_NEEDED, "after_tax": "before_tax"}


def _question(text: str, again: str, reads: answers.Reader, leads: dict[str, str]) -> Step:
    return Step(text, again, answers.asked(reads), leads, takes=_TAKES, plain=True)


def _yes_no(text: str, again: str, reads: answers.Reader, leads: Mapping[str, str] = _LEADS) -> Step:
    return Step(text, again, answers.asked(reads, no_ends=False), leads, takes=_TAKES, plain=True)


def _said(text: str) -> Fork:
    return Fork(lambda _scene: Way("done", effects=(say(text),)), {"done": END}, says=(text,))


def _taken(scene: Scene) -> Way | None:
    """A yes, or the first answer already."""
    found = agree("yes", "no", "human")(scene)
    told = None if found else answers.who(scene)
    return Way("yes", effects=told.effects) if told and told.name == "told" else found


FLOW = Flow(
    name="boligstoette",
    start="offered",
    nodes={
        "offered": Fork(offered, {"offer": "offer", "no_rates": "offer_human"}),
        "offer": Step(
            "estimate.offer",
            "estimate.offer_again",
            _taken,
            {"yes": "begun", "no": "declined", "human": human("ask_human")},
            takes=frozenset({"ask_boligstoette"}),
            reminder="estimate.offer_reminder",
            gives_way=True,
        ),
        "offer_human": Step(
            "estimate.offer_human",
            "estimate.offer_human_again",
            agree("yes", "no"),
            {"yes": _HUMAN, "no": "declined"},
            takes=frozenset({"ask_boligstoette"}),
            gives_way=True,
        ),
        "declined": _said("estimate.declined"),
        "begun": Fork(begun, {"ask": "next"}),
        "next": Fork(
            lacks,
            {
                "human": _HUMAN,
                "household": "household",
                "adults": "adults",
                "children": "children",
                "shared": "shared",
                "young": "young",
                "kind": "kind",
                "kind_all": "kind_all",
                "allotted": "allotted",
                "income_too": "income_too",
                "income": "income",
                "income_all": "income_all",
                "rent": "rent",
                "area": "area",
                "heat": "heat",
                "wealth": "wealth",
                "known": "result",
            },
        ),
        "household": _question("estimate.household", "estimate.household_again", answers.who, _NEEDED),
        "adults": _question("estimate.adults", "estimate.adults_again", answers.adults, _NEEDED),
        "children": _question("estimate.children", "estimate.children_again", answers.children, _NEEDED),
        "shared": _yes_no(
            "estimate.shared",
            "estimate.shared_again",
            answers.no_is_for_a_human("bs_shared", "børnene bor også et andet sted"),
            {way: target for way, target in _LEADS.items() if way != "skip"},
        ),
        "young": _yes_no(
            "estimate.young", "estimate.young_again", answers.yes_is_for_a_human("bs_young", "begge voksne er under 30")
        ),
        "kind": _question("estimate.kind", "estimate.kind_again", answers.kind, _LEADS),
        "kind_all": _question("estimate.kind_all", "estimate.kind_again", answers.kind, _LEADS),
        "allotted": _yes_no(
            "estimate.allotted",
            "estimate.allotted_again",
            answers.yes_is_for_a_human("bs_allotted", "boligen er anvist"),
        ),
        "income": _question("estimate.income", "estimate.income_again", answers.income, _INCOME),
        "income_all": _question("estimate.income_all", "estimate.income_all_again", answers.income, _INCOME),
        "income_too": _question("estimate.income_too", "estimate.income_again", answers.income, _INCOME),
        "before_tax": _question(
            "estimate.before_tax", "estimate.before_tax_again", answers.income, {**_NEEDED, "after_tax": _HUMAN}
        ),
        "rent": _question("estimate.rent", "estimate.rent_again", answers.rent, _NEEDED),
        "area": _question("estimate.area", "estimate.area_again", answers.area, _LEADS),
        "heat": _yes_no("estimate.heat", "estimate.heat_again", answers.heat),
        "wealth": _yes_no(
            "estimate.wealth", "estimate.wealth_again", answers.yes_is_for_a_human("bs_wealth", "stor opsparing")
        ),
        "result": Fork(
            worked_out,
            {"told": END, "nothing": "zero"},
            says=(
                "estimate.result",
                "estimate.result_told",
                "estimate.result_high_rent",
                "estimate.assumed_kind",
                "estimate.assumed_area",
                "estimate.assumed_heat",
                "estimate.assumed_wealth",
                "estimate.assumed_young",
                "estimate.assumed_allotted",
            ),
        ),
        "zero": Step(
            "estimate.zero",
            "estimate.zero_again",
            agree("yes", "no"),
            {"yes": answer("ask_enkeltydelse"), "no": "left"},
        ),
        "left": _said("estimate.left"),
    },
)
