"""The boligstøtte calculator beside a conversation: filled in with what is known, worked out, told with its limits.

It calculates what the official calculator would, by this year's rates, and says where a human must look further. It
keeps nothing and sends nothing: what an adviser types here stays on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.case_cells import read_amount
from bot.dialogs.boligstoette import HEATS, Estimate, Heat, Household, HouseholdError, estimate
from bot.dialogs.boligstoette_rates import SCHEMES, NoRates, Scheme, ceiling
from bot.dialogs.boligstoette_words import GUIDE, refusal, settled, sources, told
from bot.models import Conversation, Fact
from handoff.formats import kroner
from handoff.wording import catalogue, word

#: What the calculator does not know of, and asks an adviser to tick.
CIRCUMSTANCES = ("loft", "foertidspension", "anvist", "delt", "under_30")
_WHOLE = {"adults": range(1, 31), "children": range(31), "area": range(1, 1001)}
_SUMS = ("income", "rent", "wealth")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they stand: what was typed, or what is known."""

    scheme: str = "boligsikring"
    adults: str = ""
    children: str = ""
    income: str = ""
    rent: str = ""
    area: str = ""
    wealth: str = ""
    heat: str = "separate"
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What it comes to, and how."""

    monthly: str
    scheme: str
    settled: str
    lines: tuple[tuple[str, str], ...]
    sources: str
    guide: str


@dataclass(frozen=True, slots=True)
class Calculator:
    """The page: the form, and once it was sent the result or what is wrong, and what a human must look at."""

    form: Form
    circumstances: tuple[tuple[str, str], ...]
    known: tuple[str, ...] = ()  #: where the fields were filled in from
    result: Result | None = None
    problem: str = ""
    warnings: tuple[str, ...] = ()


def opened(session: Session, conversation: Conversation) -> Calculator:
    """As it is opened: what the resident told, and the rent of the case."""
    rows = session.scalars(select(Fact).where(Fact.conversation_id == conversation.id).order_by(Fact.id))
    facts = {fact.name: fact.value for fact in rows if fact.case_id == conversation.case_id}
    return Calculator(_filled(facts, conversation), _choices(), _filled_from(facts, conversation))


def read_form(posted: Mapping[str, str], ticked: list[str]) -> Form:
    """What was typed and ticked."""
    names = ("scheme", "adults", "children", "income", "rent", "area", "wealth", "heat")
    typed = {name: posted[name].strip()[:20] for name in names if name in posted}
    return Form(**typed, ticked=frozenset(ticked) & set(CIRCUMSTANCES))


def work_out(form: Form, year: int) -> Calculator:
    """The estimate by this year's rates; else what is wrong with the form or lacks in the rates."""
    wrong = _wrong(form)
    if wrong:
        return Calculator(form, _choices(), problem=word("estimate_wrong", wrong))
    try:
        home = _household(form)
    except HouseholdError:
        return Calculator(form, _choices(), problem=word("estimate_wrong", "rent"))
    found = estimate(home, year)
    warnings = _warnings(form, home)
    if isinstance(found, NoRates):
        return Calculator(form, _choices(), problem=refusal(found), warnings=warnings)
    return Calculator(form, _choices(), result=_result(found), warnings=warnings)


def _filled(facts: Mapping[str, object], conversation: Conversation) -> Form:
    case = conversation.case
    rent = facts.get("rent", case.rent_ore // 100 if case and case.rent_ore else "")
    kind = facts.get("income_kind")
    return Form(
        scheme="boligydelse" if kind == "folkepension" else "boligsikring",
        adults=str(facts.get("adults", "")),
        children=str(facts.get("children", "")),
        income=str(facts.get("income_before_tax", facts.get("income", ""))),
        rent=str(rent),
        area=str(facts.get("area_m2", "")),
        ticked=frozenset({"foertidspension"} if kind == "førtidspension" else ()),
    )


def _filled_from(facts: Mapping[str, object], conversation: Conversation) -> tuple[str, ...]:
    """Where the figures are from, when any were filled in; a sum that may be after tax is said to be one."""
    told_by_resident = {"adults", "children", "income", "income_before_tax", "rent", "area_m2"} & facts.keys()
    found = ["resident"] if told_by_resident else []
    found += ["paid_out"] if "income" in facts and "income_before_tax" not in facts else []
    has_rent = conversation.case is not None and bool(conversation.case.rent_ore) and "rent" not in facts
    found += ["case"] if has_rent else []
    return tuple(word("estimate_known", name) for name in found)


def _choices() -> tuple[tuple[str, str], ...]:
    return tuple((name, word("estimate_choices", name)) for name in CIRCUMSTANCES)


def _wrong(form: Form) -> str:
    """The first field that cannot be read; empty when all can."""
    if form.scheme not in SCHEMES or form.heat not in HEATS:
        return "scheme"
    numbers = {"adults": form.adults, "children": form.children or "0", "area": form.area}
    for name, text in numbers.items():
        if not (text.isascii() and text.isdecimal() and int(text) in _WHOLE[name]):
            return name
    return next((name for name in _SUMS if _ore(getattr(form, name), name) is None), "")


def _ore(text: str, name: str) -> int | None:
    """A sum as it was typed; no wealth is none."""
    if name == "wealth" and not text:
        return 0
    ore = read_amount(text)
    return ore if ore is not None and 0 <= ore < 10**11 else None


def _household(form: Form) -> Household:
    return Household(
        scheme=cast(Scheme, form.scheme),
        adults=int(form.adults),
        children=int(form.children or 0),
        income_month_ore=_ore(form.income, "income") or 0,
        rent_month_ore=_ore(form.rent, "rent") or 0,
        area_m2=int(form.area),
        wealth_ore=_ore(form.wealth, "wealth") or 0,
        heat=cast(Heat, form.heat),
        foertidspension="foertidspension" in form.ticked,
    )


def _result(found: Estimate) -> Result:
    scheme = word("estimate_schemes", found.household.scheme)
    return Result(kroner(found.monthly_ore), scheme, settled(found), told(found), sources(found), GUIDE)


def _warnings(form: Form, home: Household) -> tuple[str, ...]:
    """What was ticked, and what the figures themselves say, each with what a human does about it."""
    words: dict[str, str] = catalogue()["estimate_warnings"]
    names = [name for name in CIRCUMSTANCES if name in form.ticked]
    names += ["over_half"] if home.pays_over_half else []
    names += ["children"] if home.children else []
    loft = ceiling()
    values = {"loft": kroner(loft.month_ore), "since": loft.since.strftime("%d.%m.%Y"), "source": loft.source}
    return tuple(words[name].format(**values) for name in names)
