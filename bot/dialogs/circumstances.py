"""What a message tells of the household and the money without being asked: "alene med 2 børn", "får 11.000 i dagpenge".

Stricter than the readers of an answer: only what the resident says of themselves, in a clause that neither asks nor
denies. What is not sure is not kept; the message itself stays in the thread.
"""

from __future__ import annotations

import re

from bot.dialogs.alarms import alarms
from bot.dialogs.effects import RecordFact
from bot.dialogs.household import facts_of, household, names_relatives
from bot.dialogs.income import INCOME, income_kind
from bot.dialogs.state import Heard
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words

#: A full stop in "11.000" or "1. december" ends nothing.
_CLAUSES = re.compile(
    r"(?<=[?!\n])|(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s+[a-z]{2,} )|;|(?<!\d),|,(?!\d)| men | but |"
    r" (?:og|and) (?=(?:husleje\w*|lejen|the rent)(?!\w))|"
    r" (?:og|and) (?=(?:jeg |vi |i |we )?(?:kan|faar|har|er|bor|lever|modtager|can|get|have|am|live)(?!\w))"
)
_ASKS = re.compile(
    r"\?|(?<!\w)(?:naar|kan jeg|maa jeg|skal jeg|faar jeg|kunne jeg|hvad|hvordan|hvornaar|hvor meget|hvis|can i|"
    r"could i|if|how|what|when|soege?r?|soegt|apply|applied)(?!\w)"
)
_LIVES = re.compile(
    r"(?<!\w)(?:bor|jeg er|er|vi er|enlig|alene|mor til|far til|mother of|father of|live|living|i'm|i am|"
    r"we are)(?!\w)"
)
_LIVES_WITH = re.compile(r"(?<!\w)(?:bor|boende|sammen med|live|lives|living)(?!\w)")
_LIVES_ON = re.compile(
    r"(?<!\w)(?:(?:er(?: jeg| vi| nu)?|kommet|gaaet|og|nu) paa|lever af|faar|modtager|har|min|mine|i loen|i dagpenge|"
    r"\w*pensionist(?:er)?|(?:am|i'm|are) on|live on|get|receive|my)(?!\w)"
)
#: What a partner, a child or a friend lives on is not the resident's.
_ANOTHERS = re.compile(
    r"(?<!\w)(?:kaeresten|manden|konen|samleveren|soennen|datteren|han|hun|he|she) (?:\w+ )?"
    r"(?:har|faar|er|tjener|arbejder|lever|gaar|gik|has|gets|is|earns|works)(?!\w)"
    r"|(?<!\w)(?:min|mit|mine|hans|hendes|my) (?:\w+ )?(?:kaereste|mand|kone|samlever|soen|datter|bror|soester|mor|far|"
    r"husband|wife|boyfriend|girlfriend|partner|son|daughter|mother|father) (?!og |and )\w+"
)
_COMES_IN = re.compile(
    r"(?<!\w)(?:udbetalt|indtaegt|indkomst|tjener|loen|faar|modtager|lever af|i indkomst|paid out|"
    r"earn|income|get|receive)(?!\w)"
)
_NO_INCOME_OF_OWN = re.compile(
    r"(?<!\w)(?:regning|boede|gaeld|skylder|tilbage|boernepenge|boerneydelse|bill|debt|owe)(?!\w)"
)
_CAN_PAY = re.compile(
    r"(?<!\w)(?:(?:kan|kunne) (?:jeg |vi )?(?:\w+ ){0,3}?(?:betale|undvaere|klare|afdrage|give)|har raad til|"
    r"(?:i )?can (?:\w+ )?(?:pay|afford|manage|spare))(?!\w)"
)
_CANNOT = re.compile(r"(?<!\w)(?:ikk?e?|not|cannot|can't)(?!\w)(?! (?:mere|over|more))")
_MONTHLY = re.compile(
    r"(?<!\w)(?:om maaneden|hver maaned|maanedligt|pr\.? ?(?:maaned|md)|mdr?|i maaneden|"
    r"a month|monthly|per month)(?!\w)"
)
_NOW = re.compile(r"(?<!\w)(?:nu|i dag|med det samme|her og nu|straks|now|today|right away)(?!\w)")
_LETTER = re.compile(
    r"(?<!\w)(?:rykker\w*|paakrav\w*|inkassobrev\w*|"
    r"brev\w* fra (?:\w+ )?(?:jer|udlejer\w*|bolig(?!stoette)\w*|advokat\w*)|"
    r"letters? from (?:you|the landlord|the housing \w+|(?:a |the |your )?lawyer)|reminder letters?)(?!\w)"
)
_CAME = re.compile(
    r"(?<!\w)(?:modtaget|modtog|faaet|fik|faar|kommet|kom|kommer|send(?:er|te|t)?|ligger|received|got|sent|came|"
    r"come)(?!\w)"
)
_NO_LETTER = re.compile(r"(?<!\w)(?:ikk?e?|ingen|aldrig|foged\w*|retten|no|not|never|court|bailiff\w*)(?!\w)")
_SUM = re.compile(r"(?<![\w.,/])(\d{1,3}(?:[. ]\d{3})+|\d{2,6})(?:,\d\d)?(?![\w/]|[.,]\d)")


def circumstances(heard: Heard) -> list[RecordFact]:
    """What was told of household, income and what can be paid, as facts; money in whole kroner."""
    clauses = [_numbered(clause) for clause in _CLAUSES.split(fold(heard.text)) if clause and clause.strip()]
    told = [clause for clause in clauses if not _ASKS.search(clause)]
    facts: list[RecordFact] = []
    who = not {"child_alone"} & set(alarms(heard.text))  # "alene" is the child then
    for clause in told:
        facts += [
            *(_household(clause) if who else []),
            *_income(clause, heard),
            *_can_pay(clause, heard),
            *_letter(clause),
        ]
    return list({fact.name: fact for fact in facts}.values())  # who corrects themselves is taken at the last word


def says_a_month(heard: Heard) -> bool:
    """ "Om måneden" stands there."""
    return bool(_MONTHLY.search(fold(heard.text)))


def _numbered(clause: str) -> str:
    return digits_for_words(clause.strip())


def _household(clause: str) -> list[RecordFact]:
    """Adults and whether a couple; children are counted by the value that was heard."""
    lives = _LIVES_WITH if names_relatives(clause) else _LIVES  # who cares for a mother need not live with her
    told = household(Heard(clause)) if lives.search(clause) else None
    return [fact for fact in facts_of(told) if fact.name != "children"] if told else []


def _income(clause: str, heard: Heard) -> list[RecordFact]:
    facts = []
    of_another = _ANOTHERS.search(clause)
    own = clause[: of_another.start()] if of_another else clause
    kind = income_kind(Heard(own)) if _LIVES_ON.search(own) else None
    if kind and kind != "andet":
        facts.append(RecordFact("income_kind", kind))
    said = _one_sum(clause, heard)
    if (
        own
        and said is not None
        and said in INCOME
        and _COMES_IN.search(clause)
        and not _NO_INCOME_OF_OWN.search(clause)
    ):
        offers = _CAN_PAY.search(clause) and not _CANNOT.search(clause)
        facts += [] if offers else [RecordFact("income", said)]
    return facts


def _can_pay(clause: str, heard: Heard) -> list[RecordFact]:
    """A sum beside "kan betale": a month, or now; without one of these nobody knows which."""
    said = _one_sum(clause, heard)
    if said is None or not _CAN_PAY.search(clause) or _CANNOT.search(clause):
        return []
    if _MONTHLY.search(clause):
        return [RecordFact("can_pay_monthly", said)]
    return [RecordFact("can_pay_now", said)] if _NOW.search(clause) else []


def _letter(clause: str) -> list[RecordFact]:
    """That a letter about the rent has come. One from the court is asked about: only a human speaks of it."""
    has_come = _LETTER.search(clause) and _CAME.search(clause) and not _NO_LETTER.search(clause)
    return [RecordFact("knows_letter", True)] if has_come else []


def _one_sum(clause: str, heard: Heard) -> int | None:
    """The one sum of the clause, where it was heard as a sum: a house number or a year is none."""
    sums = {int(re.sub(r"\D", "", found)) for found in _SUM.findall(clause)} & {int(n) for n in heard.all("amount")}
    return sums.pop() if len(sums) == 1 else None
