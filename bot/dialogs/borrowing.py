"""Whether a message says that money will be borrowed, or was: "låner af min bror", "kviklån", "borrow". Pure.

What is lent out, an old loan that is being paid off, a loan from the kommune and a borrowed ladder are none of it.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.dialogs.state import Heard
from bot.nlu.folding import fold

Borrows = Literal["will", "has"]

#: låne, laane, lane; "lan" alone is too short to be believed.
_VERB = r"l(?:aa|a)n(?:er|e|te|t)"
_QUICK = r"(?:kvik|quick|hurtig|sms[- ]?|forbrugs|mini|payday )[- ]?l(?:aa|a|o)a?n(?:et|s)?"
_TAKE = r"(?:tage[rt]?|tar|ta'|op\w*|faa\w*|finde\w*|skaffe\w*|soege?r?|hente\w*|med|via|paa|har brug for)"
_BORROWING = re.compile(
    rf"(?<!\w)(?:{_VERB}|{_QUICK}|{_TAKE} (?:\w+ ){{0,3}}laan|ta\w+ (?:\w+ ){{0,2}}laan|paa kredit|kassekredit\w*|"
    r"kreditkort\w*|borrow(?:ed|ing|s)?|quick loan|payday loan|(?:take|taking|took|get|getting)(?: \w+){0,2} loan|"
    r"lend (?:me|us)|credit card|on credit)(?!\w)"
)
_PERSON = (
    r"(?:min|mit|mine|en|vores) (?:\w+ )?"
    r"(?:bror|soester|soen|datter|mor|far|ven|veninde|kaereste|eks|nabo|kammerat|kollega|faetter|kusine|onkel|moster)"
)
_THINGS = (
    r"telefon\w*|mobil\w*|bil|bilen|cykel\w*|noegle\w*|trailer\w*|stige\w*|boremaskine\w*|vaerktoej\w*|computer\w*|"
    r"printer\w*|lokale\w*|faelleshus\w*|faelleslokale\w*|gaestebolig\w*|gaestevaerelse\w*|bog|boeger|borde?|stole?|"
    r"phone|car|keys?|ladder|computer|bike"
)
_NO_BORROWING = tuple(
    re.compile(pattern)
    for pattern in (
        # lent to somebody: "lånt ud", "låner penge af mig", "lånte min bror 5000"
        rf"(?<!\w){_VERB}(?: \w+){{0,4}} ud(?! af)(?!\w)",
        rf"(?<!\w){_VERB}(?: \w+){{0,3}} (?:af|fra|hos) (?:mig|os)(?!\w)",
        rf"(?<!\w)laan(?:te|t) {_PERSON}(?!\w)",
        r"(?<!\w)borrow\w*(?: \w+){0,3} from (?:me|us)(?!\w)",
        # a thing, not money
        rf"(?<!\w)(?:{_VERB}|borrow\w*)(?: (?:din|dit|jeres|en|et|den|det|the|a|an|your|my|min|mit)(?: \w+s)?)?"
        rf" (?:{_THINGS})(?!\w)",
        # from the kommune, which is what we want them to ask
        rf"(?<!\w)(?:{_VERB}|laan|loan|borrow\w*)(?: \w+){{0,4}} (?:af|fra|hos|ved|gennem|via|i|from|at)"
        r" (?:min |vores |my |the |our )?(?:kommun|borgerservice|municipal|council)\w*",
        r"(?<!\w)kommun\w*(?: \w+){0,3} (?:laan|laane (?:mig|os))(?!\w)",
        r"(?<!\w)(?:municipality|council)(?: \w+){0,3} (?:loan|lend (?:me|us))(?!\w)",
        # not, and nobody to borrow from
        r"(?<!\w)(?:ikk?e?|aldrig|undgaa\w*|uden|slipper? for|not|never|without|\w+n't|dont|cant)"
        r"(?: (?!jeg |vi |saa |men |og |man |i |we |so |but |and )\w+){0,3}"
        rf" (?:{_VERB}|{_QUICK}|laan|borrow\w*|loan)(?!\w)",
        rf"(?<!\w)(?:ingen|ikk?e? nogen|nobody|no one|anyone|noone)(?: \w+){{0,4}} (?:{_VERB}|borrow\w*)(?!\w)",
        # an old loan, or another kind of one
        r"(?<!\w)(?:betaler|afdrager|skylder|har(?! taget| optaget| faaet)) (?:[\w.,]+ ){0,4}"
        rf"(?:laan|{_QUICK})(?!\w)",
        r"(?<!\w)(?:paa|af) (?:mit|mine|et|vores) (?:\w+ )?laan(?!\w)",
        rf"(?<!\w)(?:mine|gamle|mange|andre|flere) (?:{_QUICK}|laan)(?!\w)",
        # left with, stuck with, or already at the bank
        r"(?<!\w)(?:efterlod|efterladt|efterlader|sidder|sad|staar|stod|haenger|endte|ender|kaempe\w*|left|stuck)"
        r"(?: \w+){0,4} (?:med|with)(?: \w+){0,3} (?:laan|loans?)(?!\w)",
        r"(?<!\w)\w*(?:bolig|bil|bank|studie|realkredit|su[- ]?|student )(?:laan|loan)\w*",
    )
)
#: "Kan jeg ikke bare låne af min søster?" asks whether to.
_POLITE = re.compile(
    r"(?<!\w)((?:kan|kunne|skal|maa|burde) (?:jeg|vi|man)) (?:saa )?ikk?e?(?= (?:\w+ ){0,2}l(?:aa|a)ne)"
    r"|(?<!\w)((?:can|could|should) (?:i|we)) not(?= (?:\w+ ){0,2}borrow)"
)
_PAST = re.compile(
    r"(?<!\w)(?:(?:har|havde|fik)(?: \w+){0,3} laant|l(?:aa|a)nte|borrowed|took(?: \w+){0,2} loan"
    rf"|har (?:\w+ )?(?:taget|optaget|faaet) (?:\w+ )?(?:laan|{_QUICK}))(?!\w)"
)


#: What is borrowed for the rent, and no old debt.
_FOR_THE_RENT = re.compile(r"(?<!\w)(?:pengene|dem|huslejen?|betale|betaler|det hele|the money|the rent|to pay)(?!\w)")


def _asked(found: re.Match[str]) -> str:
    return found[1] or found[2]


def borrows(text: str) -> Borrows | None:
    """That money will be borrowed, or that it was; None when the message says neither."""
    plain = _POLITE.sub(_asked, fold(text))
    for no_borrowing in _NO_BORROWING:
        plain = no_borrowing.sub(" | ", plain)
    if not _BORROWING.search(plain):
        return None
    return "has" if _PAST.search(plain) else "will"


def borrows_to_pay(heard: Heard) -> Borrows | None:
    """That somebody borrows to pay the rent; an old debt, a payment made and a borrowed trailer are something else."""
    said, found = set(heard.names), borrows(heard.text)
    if "other_housing_matter" in said and "promise_to_pay" not in said:
        return None
    if found == "has" and "inform_debt" in said and not _FOR_THE_RENT.search(fold(heard.text)):
        return None
    return None if found == "has" and "already_paid" in said else found
