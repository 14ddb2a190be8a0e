"""What the boligstøtte estimate still needs to know, what only a human calculates, and what it comes to.

Beside the table of ``flows/boligstoette``. What is known is never asked for; the rent of the case is used only where
the case may be spoken of. The rates are those of today's year; without them a human calculates.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogs.boligstoette import Estimate, Household, allowed_m2, estimate
from bot.dialogs.boligstoette_rates import NoRates, Scheme, rates_of
from bot.dialogs.effects import RecordFact, Say
from bot.dialogs.estimate_answers import BEFORE_TAX, LOFT, WHY
from bot.dialogs.flow import Scene, Way, say
from bot.dialogs.in_context import AGAIN
from bot.dialogs.limits import may_tell
from bot.dialogs.state import CaseFacts

#: An estimate is said to the nearest 50 kroner.
ROUND_ORE = 5_000
#: How often a figure may still be put right, and how often in all.
AGAIN_LEFT, AGAIN_AT_MOST = AGAIN, 2
#: More assumptions than this are no estimate.
ASSUMED_AT_MOST = 2
#: What was passed over, and the half sentence that says what it was taken for.
ASSUMED = {
    "bs_kind": "estimate.assumed_kind",
    "bs_area": "estimate.assumed_area",
    "bs_heat": "estimate.assumed_heat",
    "bs_wealth": "estimate.assumed_wealth",
    "bs_young": "estimate.assumed_young",
    "bs_allotted": "estimate.assumed_allotted",
}
_FOERTIDSPENSION = "førtidspension: før eller efter 2003"
_ASSUMING = "for meget var ikke kendt"


def offered(scene: Scene) -> Way:
    """Whether there are rates to calculate with this year."""
    return Way("offer" if _has_rates(scene) else "no_rates")


def begun(scene: Scene) -> Way:
    """What was passed over in an earlier talk may be answered now."""
    return Way("ask", {name: None for name in ASSUMED if scene.slots.get(name) == "assumed"})


def lacks(scene: Scene) -> Way:
    """The next thing to ask, a human, or all that is needed."""
    if not _has_rates(scene):
        return Way("human", effects=(RecordFact(WHY, f"ingen satser for {scene.today.year}"),))
    if why := _for_a_human(scene):
        return Way("human", effects=(RecordFact(WHY, why),))
    return Way(next((name for name, is_missing in _QUESTIONS if is_missing(scene)), "known"))


def worked_out(scene: Scene) -> Way:
    """The estimate in words, and kept for the adviser."""
    found = estimate(_household(scene), scene.today.year)
    if isinstance(found, NoRates):
        raise AssertionError("there were rates when the questions were asked")
    rounded = _rounded(found)
    kept = RecordFact("boligstoette_estimate", rounded // 100)
    again = {AGAIN_LEFT: int(scene.slots.get(AGAIN_LEFT, AGAIN_AT_MOST))}
    if not rounded:
        return Way("nothing", again, (kept,))
    return Way("told", again, (kept, *_assumptions(scene), _result(scene, found, rounded)))


def scheme_of(case: CaseFacts) -> Scheme:
    """Folkepension gives boligydelse, all else boligsikring; førtidspension is a human's."""
    return "boligydelse" if case.known.get("income_kind") == "folkepension" else "boligsikring"


def _has_rates(scene: Scene) -> bool:
    return not isinstance(rates_of(scheme_of(scene.case), scene.today.year), NoRates)


def _for_a_human(scene: Scene) -> str:
    """Why a human must calculate this, as far as it is known; empty when nothing speaks for it."""
    known = scene.case.known
    if known.get("income_kind") == "førtidspension":
        return _FOERTIDSPENSION
    shares = known.get("couple") is True or (int(known.get("adults", 1)) > 1 and known.get("couple") is not False)
    if known.get("income_kind") == "kontanthjælp" and shares:
        return LOFT
    return _ASSUMING if len(_assumed(scene)) > ASSUMED_AT_MOST else ""


def _assumed(scene: Scene) -> list[str]:
    return [name for name in ASSUMED if scene.slots.get(name) == "assumed"]


def _unknown(*names: str) -> Callable[[Scene], bool]:
    return lambda scene: all(name not in scene.case.known for name in names)


def _not_remembered(slot: str, when: Callable[[Scene], bool] = lambda _scene: True) -> Callable[[Scene], bool]:
    return lambda scene: slot not in scene.slots and when(scene)


def _has_children(scene: Scene) -> bool:
    return int(scene.case.known.get("children", 0)) > 0


def _is_alone(scene: Scene) -> bool:
    return int(scene.case.known.get("adults", 1)) == 1


def _is_pensioner(scene: Scene) -> bool:
    return scheme_of(scene.case) == "boligydelse"


def _lacks_kind(scene: Scene) -> bool:
    return "income_kind" not in scene.case.known and "bs_kind" not in scene.slots


#: In the order in which they are asked; what decides who calculates comes first.
_QUESTIONS: tuple[tuple[str, Callable[[Scene], bool]], ...] = (
    ("household", _unknown("adults", "children")),
    ("adults", _unknown("adults")),
    ("children", _unknown("children")),
    ("shared", _not_remembered("bs_shared", lambda scene: _has_children(scene) and _is_alone(scene))),
    ("young", _not_remembered("bs_young", lambda scene: _has_children(scene) and not _is_alone(scene))),
    ("kind", lambda scene: _lacks_kind(scene) and _is_alone(scene)),
    ("kind_all", lambda scene: _lacks_kind(scene)),
    ("allotted", _not_remembered("bs_allotted", _is_pensioner)),
    ("income_too", lambda scene: _income(scene.case) is None and _is_alone(scene) and "income" in scene.case.known),
    ("income", lambda scene: _income(scene.case) is None and _is_alone(scene)),
    ("income_all", lambda scene: _income(scene.case) is None),
    ("rent", lambda scene: _rent_ore(scene.case) is None),
    ("area", lambda scene: "area_m2" not in scene.case.known and "bs_area" not in scene.slots),
    ("heat", _not_remembered("bs_heat")),
    ("wealth", _not_remembered("bs_wealth", _is_pensioner)),
)


def _income(case: CaseFacts) -> int | None:
    """Kroner a month before tax, all adults; the fact "income" is what is paid out. Alone and on nothing is none."""
    if BEFORE_TAX in case.known:
        return int(case.known[BEFORE_TAX])
    alone = case.known.get("adults") == 1
    return 0 if alone and case.known.get("income_kind") == "ingen" else None


def _rent_ore(case: CaseFacts) -> int | None:
    """What the resident told, else what the case says, where it may be spoken of."""
    if "rent" in case.known:
        return int(case.known["rent"]) * 100
    return case.rent_ore if case.rent_ore and may_tell(case) else None


def _household(scene: Scene) -> Household:
    known = scene.case.known
    adults, children = max(1, int(known["adults"])), int(known["children"])
    return Household(
        scheme=scheme_of(scene.case),
        adults=adults,
        children=children,
        income_month_ore=(_income(scene.case) or 0) * 100,
        rent_month_ore=_rent_ore(scene.case) or 0,
        area_m2=int(known.get("area_m2", allowed_m2(adults + children))),
        heat="included_with_hotwater" if scene.slots.get("bs_heat") == "included" else "separate",
    )


def _rounded(found: Estimate) -> int:
    """To the nearest 50 kroner, half up."""
    return (2 * found.monthly_ore + ROUND_ORE) // (2 * ROUND_ORE) * ROUND_ORE


def _assumptions(scene: Scene) -> tuple[Say, ...]:
    known = scene.case.known
    people = int(known["adults"]) + int(known["children"])
    values = {"bs_area": {"area": allowed_m2(people)}}
    return tuple(say(ASSUMED[name], **values.get(name, {})) for name in _assumed(scene))


def _result(scene: Scene, found: Estimate, rounded: int) -> Say:
    """With what it was worked out from, where that may be written back; with a human where the rent is high."""
    home = found.household
    if home.pays_over_half:
        return say("estimate.result_high_rent", estimate=rounded)
    if not may_tell(scene.case):
        return say("estimate.result", estimate=rounded)
    return say("estimate.result_told", estimate=rounded, income=home.income_month_ore, rent=home.rent_month_ore)
