"""What the help rules look at: what was told and what the rent system says; and small questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.dialogs.state import CaseFacts, Slot

#: Paid by the kommune, which can pay the rent from it.
FROM_THE_KOMMUNE = frozenset({"kontanthjælp", "sygedagpenge"})
#: Whoever gets one of these meets the "change" that § 81 asks for.
MEETS_CHANGE = frozenset({"kontanthjælp", "dagpenge", "sygedagpenge"})
LOW_INCOMES = frozenset({"kontanthjælp", "SU", "folkepension", "førtidspension", "ingen"})
THREATENED = frozenset({"advokat", "ophaevet", "foged"})
IN_COURT = frozenset({"foged"})
#: The share of the income beyond which the rent is worth a word about boligstøtte, and about a cheaper home.
HIGH_RENT, TOO_HIGH_RENT = 1 / 3, 2 / 5


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at: what was told, and what the rent system says."""

    known: Mapping[str, Slot]
    today: date
    stage: str = "rykker"
    eviction_date: date | None = None
    rent: int | None = None  #: whole kroner a month

    @classmethod
    def of(cls, case: CaseFacts, today: date) -> Situation:
        """All that we know."""
        rent = case.rent_ore // 100 if case.rent_ore else _kroner(case.known.get("rent"))
        return cls(case.known, today, case.stage, case.eviction_date, rent)

    @classmethod
    def as_told(cls, case: CaseFacts, today: date) -> Situation:
        """Only what the resident told: what follows from it tells nobody anything of the case."""
        return cls(case.known, today, rent=_kroner(case.known.get("rent")))

    @property
    def lives_on(self) -> str:
        """The kind of income, empty when it was not told."""
        return str(self.known.get("income_kind", ""))

    @property
    def children(self) -> int:
        """How many live at home, as far as we know."""
        return _kroner(self.known.get("children")) or 0

    @property
    def rent_share(self) -> float:
        """How much of the income the rent takes; 0 when either is not known."""
        income = _kroner(self.known.get("income"))
        return self.rent / income if self.rent and income else 0.0


Holds = Callable[[Situation], bool]


def _kroner(value: Slot | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def told(*names: str) -> Holds:
    return lambda s: any(s.known.get(name) is True for name in names)


def lives_on(*kinds: str) -> Holds:
    return lambda s: s.lives_on in kinds


def both(one: Holds, other: Holds) -> Holds:
    return lambda s: one(s) and other(s)


def is_threatened(s: Situation) -> bool:
    return s.stage in THREATENED or s.eviction_date is not None


def has_children(s: Situation) -> bool:
    return s.children > 0


def is_alone(s: Situation) -> bool:
    return s.known.get("adults") == 1 or (s.known.get("couple") is False and "adults" not in s.known)


def is_couple(s: Situation) -> bool:
    return s.known.get("couple") is True


def may_be_couple(s: Situation) -> bool:
    return "couple" not in s.known and (_kroner(s.known.get("adults")) or 0) > 1


folkepension = lives_on("folkepension")
foertidspension = lives_on("førtidspension")
asks_medicine = told("ask_medicine_support")
ill = told("inform_illness")
event = told("inform_job_loss", "inform_illness", "inform_separation", "inform_bereavement", "inform_income_change")
