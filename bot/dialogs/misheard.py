"""What the classifier makes of a few words out of their question: "alene" is no break-up, "dagpenge" no lost income.

A word or two that answer the open question say nothing else. A sum told as income is no offer to pay. What is spoken
of in its own words (a death, a wish for a human, a payment made) is heard whatever was asked; a crisis always, but
where an answer does nothing but name the people at home and what they live on.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogs.circumstances import circumstances
from bot.dialogs.flow import Scene, Step
from bot.dialogs.heard_once import heard_once
from bot.dialogs.household import household
from bot.dialogs.people_words import is_of_heat, names_only_people, names_only_people_and_pay
from bot.dialogs.skipping import is_tired
from bot.dialogs.state import Heard
from bot.dialogs.triage import CRISIS, NOTHING, PASSING
from bot.nlu.folding import fold
from bot.nlu.urgent import urgent

#: A longer answer may well hold something else too.
WORDS_AT_MOST = 7
#: "Min mand" alone may be all that somebody dares to write.
_NAME_AT_MOST = 2
_ALWAYS_HEARD = frozenset({*CRISIS, *PASSING, *NOTHING})
#: What a classifier makes of a husband named; that somebody is alone may be more than an answer.
_OF_PEOPLE = frozenset({"crisis_violence"})
_OF_FEW_WORDS = frozenset({"inform_income_change", "inform_separation", "ask_personal_supplement"})
#: What speaks of more than an answer.
_TELLS = re.compile(
    r"\?|(?<!\w)(?:skil\w+|doe[dr]\w*|begrav\w+|flyt\w+|syg(?!e? ?dagp|epenge)\w*|fyret|mist\w+|stop\w*|slut|knust|"
    r"ork\w+|magt\w+|graed\w*|bange|ked|desperat\w*|sov\w*|angst\w*|panik\w*|stress\w*|haabloes\w*|svaert|haardt|smidt|betal\w*|"
    r"overfoert|indbetalt|hjaelp|menneske|raadgiver|taler?|snakke?r?|indlagt|gravid|foedt|slaar?|vold\w*|tru\w+|slet\w*|"
    r"afmeld\w*|framelding|frameld|forkert|naboen|regning\w*|laane?r?|english|engelsk|uenig|forstaar|skylder|inkasso|"
    r"gaeld\w*|skriv ikk?e?|skrive mere|divorce\w*|died|dead|moved|fired|lost|cry\w*|scared|afraid|help|paid|person|"
    r"human|talk|adviser|wrong|neighbou?r|unsubscribe|sick(?! pay)|owe|debt|understand)(?!\w)"
)
_OFFERS_TO_PAY = re.compile(
    r"(?<!\w)(?:afdrag\w*|rater?|dele?|ordning\w*|aftale\w*|betalingsplan|henstand|kan (?:godt |kun )?betale|"
    r"vil betale|betaler|instal\w+|pay (?:off|in|you)|can pay|will pay)(?!\w)"
)
_PAYS = re.compile(r"(?<!\w)(?:betal|overfoer|indbetal|pay|send)")
_OFFERS = frozenset({"ask_payment_plan", "promise_to_pay"})


def without_misheard(heard: Heard, step: Step | None, scene: Scene) -> Heard:
    """What was heard, less what only the classifier heard."""
    heard = heard_once(heard)
    if step and (harmless := _harmless(heard.text, step)):
        calm = _only(heard, frozenset(heard.names) - harmless)
        heard = calm if step.reads(replace(scene, heard=calm)) else heard
    if step and step.plain and is_plain(heard.text):
        alone = _only(heard, _ALWAYS_HEARD)
        if step.reads(replace(scene, heard=alone)):
            return alone
        if names_only_people_and_pay(heard.text):  # "su" is no lost income, also where it does not answer
            return _only(heard, frozenset(heard.names) - _OF_FEW_WORDS)
    if names_only_people(heard.text):  # "alene med 3 børn" is who lives there, and tells of no break-up
        is_household = len(heard.text.split()) > _NAME_AT_MOST and household(heard) is not None
        heard = _only(heard, frozenset(heard.names) - {"inform_separation"} - (_OF_PEOPLE if is_household else set()))
    return _without_offers(_without_promised_calls(_without_stop(heard)))


def _harmless(text: str, step: Step) -> frozenset[str]:
    """What an answer of nothing but these words is not; what a rule hears as a crisis stays one."""
    if is_of_heat(text):
        return frozenset(CRISIS) - frozenset(urgent(text))
    if not names_only_people_and_pay(text):
        return frozenset()
    return _OF_PEOPLE | _OF_FEW_WORDS if step.plain else _OF_PEOPLE


def _without_stop(heard: Heard) -> Heard:
    """ "Gider ikke flere spørgsmål" is a no to our questions, and no STOP; what a rule heard as one stays one."""
    if not is_tired(heard):
        return heard
    return replace(
        heard,
        intents=tuple(
            replace(i, name="deny") if i.name == "opt_out" and i.confidence < 1 else i for i in heard.intents
        ),
    )


def is_plain(text: str) -> bool:
    """Few words, and none that speak of more than an answer."""
    folded = fold(text)
    return len(folded.split()) <= WORDS_AT_MOST and not _TELLS.search(folded)


def _without_promised_calls(heard: Heard) -> Heard:
    """A time of day without a sum or a word of paying is for a call: nobody pays "i morgen formiddag"."""
    is_call = heard.all("time") and not heard.all("amount") and not _PAYS.search(fold(heard.text))
    return _only(heard, frozenset(heard.names) - {"promise_to_pay"}) if is_call else heard


def _without_offers(heard: Heard) -> Heard:
    """A sum that comes in is not one that is offered."""
    if not _OFFERS & set(heard.names) or _OFFERS_TO_PAY.search(fold(heard.text)):
        return heard
    comes_in = {fact.value for fact in circumstances(heard) if fact.name == "income"}
    others = set(heard.all("amount")) - comes_in
    return heard if others or not comes_in else _only(heard, frozenset(heard.names) - _OFFERS)


def _only(heard: Heard, names: frozenset[str]) -> Heard:
    return replace(heard, intents=tuple(intent for intent in heard.intents if intent.name in names))
