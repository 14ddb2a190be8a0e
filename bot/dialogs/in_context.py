"""What was meant, seen from what the talk is about: "hvor lang tid tager det" after an answer is about that answer.

The classifier hears one SMS at a time. Only words that name a part of the answer are taken so, and only where nothing
else was heard that matters; a crisis, a promise or a sum stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.dialogs.asked_words import asks_more_time, asks_what_about
from bot.dialogs.boligstoette_answers import DEFAULT, answer_to, asks_how_much, asks_what_is_owed
from bot.dialogs.borrowing import borrows_to_pay
from bot.dialogs.kommune_answers import IN_TURN, asks_which_help, parts_asked
from bot.dialogs.state import CaseFacts, Heard, Intent, Slot
from bot.nlu.folding import fold

#: The intent whose answer the talk is about, as a slot.
ABOUT = "about"
#: That an estimate of boligstøtte was given, as a slot: its figures may be put right (see ``estimate_again``).
AGAIN = "bs_again"
_RENT_IS = re.compile(
    r"^\W*(?:nej |undskyld |hov |ups |no )?(?:min |vores |my |the )?(?:husleje\w*|rent) (?:er|is) \D{0,12}"
    r"[\d.]+\W*(?:kr\w*)?\W*$"
)
#: What the classifier makes of a short question that it cannot place.
_VAGUE = frozenset({"out_of_scope", "ask_amount", "ask_menu", "deny", "greet", "thank"})
_WORDS_AT_MOST = 12
_NAMES_KOMMUNE = re.compile(
    r"(?<!\w)(?:kommune\w*|enkeltydelse\w*|municipality|huslejehjaelp|apply before"
    r"|soege?r? (?:\w+ ){0,4}(?:foer|inden) (?:\w+ ){0,2}betal\w*)(?!\w)"
)
_ASKS_FOR_HELP = re.compile(r"(?<!\w)(?:hjaelp\w*|penge|soeg\w*|stoette|tilskud|help|money|apply\w*)(?!\w)")
#: What was abolished on 1 July 2025; who asks for it hears of what there is.
_ABOLISHED = re.compile(r"(?<!\w)(?:saerlig (?:bolig)?stoette|§ ?34)(?!\w)")
_OF_PAYING = re.compile(r"(?<!\w)(?:betal|konto|pay|account)")
_PAYS_FOR_THEM = re.compile(
    r"(?<!\w)(?:direkte|traekke\w*|administrer\w*|administration\w*|automatisk|for (?:mig|os)|overfoere?r?|styre\w*"
    r"|directly|for (?:me|us)|automatic\w*)(?!\w)"
)
#: "900 for medicin" is what it costs, and no sum that is offered to us.
_FOR_MEDICINE = re.compile(
    r"\d(?: ?kr\w*\.?)?(?: om maaneden| hver maaned)? (?:for|til|i|paa|on) (?:\w+ )?(?:\w*medicin\w*|"
    r"tandlaege\w*|piller\w*|medicine|dentist)"
    r"|(?<!\w)(?:\w*medicin\w*|tandlaege\w*|piller\w*|medicine|dentist) (?:\w+ ){0,2}(?:koster|til|paa|er|costs|"
    r"is) (?:\w+ ){0,2}\d"
)
#: When the answer comes, of who has not said to have applied.
_WHEN_ANSWERED = re.compile(r"^\W*(?:hvornaar|when) (?:\w+ ){0,4}(?:svar|pengene|besked|answer|reply|money)\W*$")
_WAS_PAID = re.compile(r"(?<!\w)(?:har (?:\w+ ){0,2}betalt|betalte|have paid|paid)(?!\w)")
_OTHER_DEBT = re.compile(r"(?<!\w)(?:gaeld\w*|skyld\w*|inkasso\w*|rki|kreditor\w*|debts?|owe\w*)(?!\w)")


def in_context(heard: Heard, slots: Mapping[str, Slot], case: CaseFacts) -> Heard:
    """What was heard, as the talk explains it."""
    if about := _followed_up(heard, slots, case):
        return replace(heard, intents=(Intent(about, 1.0),))
    if set(heard.names) <= _VAGUE and asks_what_about(heard.text, case):
        return replace(heard, intents=(Intent("ask_identity", 1.0),))
    if set(heard.names) <= _VAGUE and asks_more_time(heard):
        return replace(heard, intents=(Intent("ask_deadline", 1.0),))
    if set(heard.names) <= {"out_of_scope"} and asks_which_help(heard.text):
        return replace(heard, intents=(Intent("ask_menu", 1.0),))
    rent_put_right = slots.get(AGAIN) and _RENT_IS.search(fold(heard.text))
    return _without(_not_meant(heard) | ({"dispute_arrears"} if rent_put_right else set()), heard)


def _followed_up(heard: Heard, slots: Mapping[str, Slot], case: CaseFacts) -> str:
    """The intent that a question nobody could place goes on about; empty when it does not."""
    text = fold(heard.text)
    if _ABOLISHED.search(text) and set(heard.names) <= {*_VAGUE, "ask_boligstoette"}:
        return "ask_enkeltydelse"
    if heard.values or not _is_vague(heard, text) or len(text.split()) > _WORDS_AT_MOST:
        return ""
    names_kommune = bool(_NAMES_KOMMUNE.search(text))
    about = "ask_enkeltydelse" if names_kommune else str(slots.get(ABOUT) or "")
    if about in IN_TURN:
        return about if parts_asked(about, heard.text) or (names_kommune and _ASKS_FOR_HELP.search(text)) else ""
    if asks_what_is_owed(heard):
        return ""
    return about if about == "ask_boligstoette" and answer_to(heard, case) != DEFAULT else ""


def _is_vague(heard: Heard, text: str) -> bool:
    """Nothing was heard that matters; "hvordan gør jeg" is about paying only where it says so."""
    asks_how = set() if _OF_PAYING.search(text) else {"ask_how_to_pay"}
    when = {"ask_case_status", "ask_deadline"} if _WHEN_ANSWERED.search(text) else set()
    back = {"inform_debt", "cannot_pay"} if "kommune_repay" in parts_asked("ask_enkeltydelse", text) else set()
    return set(heard.names) <= {*_VAGUE, *asks_how, *back, *when}


def _not_meant(heard: Heard) -> set[str]:
    """What only shares its words with what was meant: a loan to come is no payment made, and no debt."""
    text, said, wrong = fold(heard.text), set(heard.names), set[str]()
    if "ask_enkeltydelse" in said and not _PAYS_FOR_THEM.search(text):
        wrong.add("ask_rent_administration")
    costs = len(heard.values) == 1 and _FOR_MEDICINE.search(text)
    if "ask_medicine_support" in said and (not heard.values or costs):
        wrong |= {"ask_payment_plan", "promise_to_pay"} if costs else {"ask_payment_plan"}
    wrong |= _not_of_the_loan(heard, text)
    if "ask_boligstoette" in said and asks_how_much(heard):
        wrong.add("ask_amount")
    return wrong


def _not_of_the_loan(heard: Heard, text: str) -> set[str]:
    """A loan that pays the rent is no payment made, and no other debt."""
    borrowed = borrows_to_pay(heard)
    wrong = {"already_paid"} if borrowed == "will" and not _WAS_PAID.search(text) else set()
    return wrong | ({"inform_debt"} if borrowed and not _OTHER_DEBT.search(text) else set())


def _without(names: set[str], heard: Heard) -> Heard:
    kept = tuple(intent for intent in heard.intents if intent.name not in names)
    return replace(heard, intents=kept) if len(kept) < len(heard.intents) else heard
