"""Which help is worth asking about, and why: rules as data over what is known of the situation.

A reason that weighs nothing only stands beside another, and a weak one is not said beside a strong one. Nothing here
decides anything: kommunen does. The law and its source of each kind are in ``help_kinds.toml``; what no longer exists
(§ 34, uddannelseshjælp, SHO) is in neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogs.help_situation import (
    FROM_THE_KOMMUNE,
    HIGH_RENT,
    IN_COURT,
    LOW_INCOMES,
    MEETS_CHANGE,
    TOO_HIGH_RENT,
    Holds,
    asks_medicine,
    both,
    event,
    foertidspension,
    folkepension,
    has_children,
    ill,
    is_alone,
    is_couple,
    is_threatened,
    lives_on,
    may_be_couple,
    told,
)

STRONG, WEAK, BESIDE = 2, 1, 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a kind of help is worth asking about, for an adviser's eyes."""

    words: str
    holds: Holds
    weight: int = STRONG


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of help: for whom it is not, and what speaks for asking."""

    kind: str
    reasons: tuple[Reason, ...]
    unless: Holds = lambda _: False


RULES: tuple[Rule, ...] = (
    Rule(
        "kommunens_pligt",
        (
            Reason("fogedretten, og der er børn hjemme", both(lambda s: s.stage in IN_COURT, has_children)),
            Reason("dato for udsættelse, og der er børn", both(lambda s: s.eviction_date is not None, has_children)),
        ),
    ),
    Rule(
        "huslejehjaelp",
        (
            Reason("sagen er hos advokat eller fogedret", is_threatened),
            Reason("påkrav er sendt: kun hvis lejemålet bliver ophævet", lambda s: s.stage == "paakrav", WEAK),
            Reason("børn hjemme", has_children, BESIDE),
            Reason("førtidspension: kun fra 2003 eller senere", foertidspension, BESIDE),
        ),
        unless=folkepension,
    ),
    Rule(
        "enkeltydelse",
        (
            Reason("mistet arbejde eller timer", told("inform_job_loss")),
            Reason("sygdom eller fødsel", ill),
            Reason("gået fra hinanden", told("inform_separation")),
            Reason("dødsfald: spørg også om efterlevelseshjælp", told("inform_bereavement")),
            Reason("indtægten er faldet eller forsinket", told("inform_income_change")),
            Reason("en stor eller uventet udgift", told("inform_expense")),
            Reason("har en ydelse, som i sig selv er en ændring", lambda s: s.lives_on in MEETS_CHANGE, WEAK),
            Reason("SU: SU-lån skal være brugt først", lives_on("SU"), BESIDE),
            Reason("førtidspension: kun fra 2003 eller senere", foertidspension, BESIDE),
        ),
        unless=folkepension,
    ),
    Rule(
        "personligt_tillaeg",
        (
            Reason("får folkepension", folkepension),
            Reason("får førtidspension: kun hvis den er fra før 2003", foertidspension, WEAK),
            Reason("har selv spurgt: hør, om det er folkepension", told("ask_personal_supplement"), WEAK),
        ),
        unless=lambda s: s.lives_on not in ("", "folkepension", "førtidspension"),
    ),
    Rule(
        "helbredstillaeg",
        (
            Reason("folkepension og udgift til medicin eller behandling", both(folkepension, asks_medicine)),
            Reason("folkepension og sygdom", both(folkepension, ill), WEAK),
            Reason("førtidspension fra før 2003 og medicin", both(foertidspension, asks_medicine), WEAK),
        ),
    ),
    Rule(
        "medicin",
        (
            Reason("har spurgt om medicin eller behandling", asks_medicine),
            Reason("sygdom: hør, om medicin tager pengene", ill, WEAK),
            Reason("førtidspension: kun fra 2003 eller senere", foertidspension, BESIDE),
        ),
        unless=folkepension,
    ),
    Rule(
        "medicintilskud",
        (
            Reason("har spurgt om medicin", asks_medicine),
            Reason("kontanthjælp og sygdom: mulig ny medicinregel", both(lives_on("kontanthjælp"), ill), WEAK),
        ),
    ),
    Rule(
        "boligstoette",
        (
            Reason("gået fra hinanden: boligstøtten skal regnes om", told("inform_separation")),
            Reason("indtægten er faldet", told("inform_job_loss", "inform_income_change")),
            Reason("huslejen er over en tredjedel af indkomsten", lambda s: s.rent_share > HIGH_RENT),
            Reason("lav indkomst: hør, om boligstøtten er søgt", lambda s: s.lives_on in LOW_INCOMES, WEAK),
            Reason("børn hjemme", has_children, BESIDE),
        ),
    ),
    Rule(
        "boligstoetteloft",
        (
            Reason("par på kontanthjælp", both(lives_on("kontanthjælp"), is_couple)),
            Reason(
                "flere voksne og kontanthjælp: hør, om de er et par",
                both(lives_on("kontanthjælp"), may_be_couple),
                WEAK,
            ),
        ),
    ),
    Rule(
        "administration",
        (
            Reason("har selv bedt om det", told("ask_rent_administration")),
            Reason(
                "ydelse fra kommunen og anden gæld",
                lambda s: s.lives_on in FROM_THE_KOMMUNE and told("inform_debt")(s),
            ),
            Reason("ydelse fra kommunen", lambda s: s.lives_on in FROM_THE_KOMMUNE and is_threatened(s), WEAK),
        ),
    ),
    Rule(
        "budget",
        (
            Reason("har anden gæld", told("inform_debt")),
            Reason("vil låne for at betale", told("borrows_to_pay")),
            Reason("har bedt om hjælp til budget", told("ask_budget_advice")),
            Reason("en stor eller uventet udgift", told("inform_expense"), WEAK),
        ),
    ),
    Rule(
        "pulje_2026",
        (Reason("tæt på at miste boligen", is_threatened, WEAK), Reason("børn hjemme", has_children, BESIDE)),
    ),
    Rule(
        "moedrehjaelpen",
        (
            Reason("alene med børn", both(is_alone, has_children)),
            Reason("gået fra hinanden, og der er børn", both(told("inform_separation"), has_children)),
            Reason("børn hjemme og noget, der er sket", both(event, has_children), WEAK),
        ),
    ),
    Rule(
        "billigere_bolig",
        (
            Reason("huslejen er over 40 % af indkomsten", lambda s: s.rent_share > TOO_HIGH_RENT),
            Reason("én indkomst til huslejen nu", told("inform_separation"), WEAK),
        ),
    ),
)
