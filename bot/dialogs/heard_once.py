"""One thing said and two things heard: what is definite stands, what only sounds alike goes.

A noise is no worry about a neighbour; who asks or tells something does not ask for the menu; who waits for an answer
from where they have applied is not told to apply.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogs.kommune_answers import asks_which_help
from bot.dialogs.other_people import has_new_number
from bot.dialogs.state import Heard, Intent
from bot.dialogs.triage import NOTHING, PASSING
from bot.nlu.folding import fold

_NOISE = re.compile(
    r"(?<!\w)(?:larm\w*|stoej\w*|stoj\w*|musik\w*|fest(?:er|ede|en|s)?|hunde?\w*|goe[er]\w*|ryge[rn]?|roeg\w*|hash\w*|"
    r"trampe\w*|bore[rt]?|hamrer|parker\w*|affald\w*|skrald\w*|nois\w*|loud|music|part(?:y|ies)|dogs?|"
    r"bark\w*|smok\w*)(?!\w)"
)
#: Beside a noise these make it a worry.
_WORRY = re.compile(
    r"(?<!\w)(?:bekym\w*|urolig|bange|graed\w*|skrig\w*|raab\w* om|slaa[rs]?|slaar|vold\w*|haarde haender|tru[ea]\w*|"
    r"barn\w*|boern\w*|ikk?e?|aldrig|ligger|not|never|har det (?:daarligt|skidt)|hjaelpeloes\w*|"
    r"syg\w*|falde\w*|doed\w*|sulte\w*|fryser|"
    r"worr\w*|afraid|scared|scream\w*|cry\w*|hit\w*|beat\w*|hurt\w*|child\w*|kids?|sick|dead)(?!\w)"
)
#: What anybody says of a noise is no worry for who makes it.
_NO_SLEEP = re.compile(
    r"(?<!\w)(?:kan|can) ?(?:ikk?e?|not|t) (?:sove|holde|faa ro|hoere|sleep|stand)|can't (?:sleep|stand)"
)
_HAS_FOUND_WORK = re.compile(
    r"(?<!\w)(?:fundet|faaet|fik|starter(?: paa| i)?|found|got|starting) (?:\w+ ){0,2}?(?:job|arbejde|work)(?!\w)"
)
_HAS_LOST_WORK = re.compile(r"(?<!\w)(?:mist\w*|fyr\w*|opsagt|afsked\w*|stopp\w*|ikk?e?|lost|fired|laid off|not)(?!\w)")
_GETS_WAGES = re.compile(r"(?<!\w)(?:faaet|faar|fik|kommer|kommet|got|get) (?:\w+ )?(?:loen|wages?|paid|salary)(?!\w)")
_HARD = re.compile(
    r"(?<!\w)(?:ikk?e?|aldrig|foerst|sen\w*|forsink\w*|kun|desvaerre|svaert|umulig\w*|mindre|ingen|not|n't|cannot|cant|dont|only|hard|less|no)(?!\w)|n't"
)
#: "Kan ikke finde ud af det med sms" wants a human, and is no STOP.
_CANNOT_TEXT = re.compile(
    r"(?<!\w)(?:finde? ud af|ikk?e? (?:god|vant) til|forstaar (?:\w+ )?ikk?e?"
    r"|kan ikk?e? (?:bruge|skrive)|svaert (?:ved|med)"
    r"|figure out|not good (?:at|with)|don't know how|mail i stedet|hellere (?:mail|e-mail|brev)|email instead)(?!\w)"
)
_HAS_APPLIED = re.compile(
    r"(?<!\w)(?:har (?:\w+ ){0,2}?(?:soegt|ansoegt|sendt (?:\w+ ){0,2}ansoegning\w*)|soegte|ansoegte"
    r"|(?:min|vores) ansoegning"
    r"|have (?:\w+ )?applied|applied|my application)(?!\w)"
)
_WAITS = re.compile(
    r"(?<!\w)(?:ikk?e? (?:\w+ ){0,2}(?:svar\w*|hoert|besked)|intet (?:svar|hoert)|hoerer (?:ikke|intet)|vente[rt]?"
    r"|stadig|ingen svar|not heard|no (?:answer|reply)|wait\w*|still)(?!\w)"
)
_HELP = frozenset({"ask_enkeltydelse", "ask_boligstoette", "ask_personal_supplement", "ask_medicine_support"})
_VAGUE = frozenset({*PASSING, *NOTHING, "ask_menu"})


def heard_once(heard: Heard) -> Heard:
    """What was heard, without what only sounds alike."""
    text, said = fold(heard.text), set(heard.names)
    wrong = set[str]()
    if said - _VAGUE and not asks_which_help(heard.text):
        wrong.add("ask_menu")
    if (_HAS_APPLIED.search(text) or "svar fra" in text) and _WAITS.search(text) and "ask_case_status" in said:
        wrong |= _HELP
    if _CANNOT_TEXT.search(text) and _is_guessed("opt_out", heard):
        heard = replace(heard, intents=(*heard.intents, Intent("ask_human", 1.0)))
        wrong.add("opt_out")
    if "wrong_person" in said and has_new_number(heard.text):  # the resident's own, and a human's to see to
        heard = replace(heard, intents=(*heard.intents, Intent("ask_human", 1.0)))
        wrong.add("wrong_person")
    if _HAS_FOUND_WORK.search(text) and not _HAS_LOST_WORK.search(text):
        wrong.add("inform_job_loss")
    wrong |= _not_so_bad(heard, said, text)
    if is_noise(heard.text):
        return _as_noise(heard, wrong)
    return _without(wrong, heard)


def _not_so_bad(heard: Heard, said: set[str], text: str) -> set[str]:
    """Who offers to pay has said neither that they cannot, nor that the money has failed to come."""
    if not said & {"promise_to_pay", "ask_payment_plan"} or _HARD.search(text):
        return set()
    income = {"inform_income_change"} if _GETS_WAGES.search(text) and "promise_to_pay" in said else set()
    return income | ({"cannot_pay"} if heard.all("amount") else set())


def _is_guessed(name: str, heard: Heard) -> bool:
    """No rule has heard it, only the classifier."""
    return any(intent.name == name and intent.confidence < 1 for intent in heard.intents)


def is_noise(text: str) -> bool:
    """A neighbour who disturbs, and nobody to be worried about."""
    plain = fold(text)
    return bool(_NOISE.search(plain)) and not _WORRY.search(_NO_SLEEP.sub("", plain))


def _as_noise(heard: Heard, wrong: set[str]) -> Heard:
    if _NO_SLEEP.search(fold(heard.text)) and {"concern_for_neighbour", "other_housing_matter"} & set(heard.names):
        wrong = {*wrong, "distress"}
    if "concern_for_neighbour" not in heard.names:
        return _without(wrong, heard)
    left = _without({*wrong, "concern_for_neighbour"}, heard)
    if "other_housing_matter" in left.names:
        return left
    return replace(left, intents=(*left.intents, Intent("other_housing_matter", 1.0)))


def _without(names: set[str], heard: Heard) -> Heard:
    kept = tuple(intent for intent in heard.intents if intent.name not in names)
    return replace(heard, intents=kept) if len(kept) < len(heard.intents) else heard
