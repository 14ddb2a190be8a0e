"""What was meant, seen from what was written down just before: "i morgen" after a call was asked for is about the call.

Also what is only said of a letter: the sum it asks for is none that is offered, and its deadline no day to pay on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.dialogs.state import CaseFacts, Heard, Intent, Slot, Value
from bot.dialogs.texts import LANGUAGES
from bot.nlu.folding import fold

_VAGUE = frozenset({"out_of_scope", "affirm", "deny", "thank", "greet"})
_OF_A_CALL = _VAGUE | {"promise_to_pay", "ask_callback"}
_OF_A_PAYMENT = _VAGUE | {"inform_expense", "inform_debt", "already_paid", "ask_amount", "promise_to_pay"}
_OF_A_PLAN = frozenset({"out_of_scope", "deny", "distress", "cannot_pay", "ask_payment_plan", "dispute_arrears"})
_WORDS_AT_MOST = 6
#: "Det hele er for meget" is said of more than a plan.
_OF_LIFE = re.compile(r"(?<!\w)(?:hele|alt|alting|mig|livet|everything|life|me)(?!\w)")
#: Said of a plan, it is the sum that does not suit.
TOO_MUCH = re.compile(
    r"\b(for (?:meget|højt|stort|dyrt)|mindre|lavere|færre penge|fortr[yø]d\w*"
    r"|(?:glem|drop|annull?er|slet) (?:det|den|forslag\w*)|træk\w* (?:det|den|forslag\w*) tilbage|forget it|cancel"
    r"|too much|too high|less|lower)\b",
    re.IGNORECASE,
)
_PAYS = re.compile(r"(?<!\w)(?:betal|overfoer|indbetal|pay|send|kr(?!\w)|kroner)")
_NOT_STOP = re.compile(
    r"(?<!\w)(?:ment\w* (?:\w+ )?ikk?e? (?:\w+ )?stop|ikk?e? ment\w* (?:\w+ )?stop|ved en fejl|fortryd\w*"
    r"|did(?: not|n'?t) mean (?:\w+ )?stop|by mistake)(?!\w)"
)
_SUM = r"(\d{1,3}(?:[. ]\d{3})+|\d{3,6})(?:,\d\d)?"
_ASKED_FOR = re.compile(
    rf"(?<!\w)(?:skal betale|mangler(?: at betale)?|skylder|kraever?|kraevet|regning(?:en)? (?:er )?paa|lyder paa"
    rf"|beloebet er|owe|have to pay|must pay|need to pay)(?: (?:\w+ )?){{0,2}}?(?:kr\.? )?{_SUM}"
)
_BY = re.compile(r"(?<!\w)(?:inden|senest|frist\w*|before|by|deadline)(?!\w)")
#: Words that none of the other languages we know has, in the spelling of ``fold``.
_DANISH = frozenset(
    (
        "nej",
        "ikke",
        "jeg",
        "hvad",
        "hvornaar",
        "vent",
        "betaler",
        "maaske",
        "ogsaa",
        "eller",
        "hellere",
        "mener",
        "resten",
    )
)


def in_reply(heard: Heard, kept: Mapping[str, Slot], case: CaseFacts) -> Heard:
    """What was heard, as what was just written down explains it."""
    heard = _in_danish(_without_sums_asked_for(heard, case))
    text, before = fold(heard.text), kept.get("kept")
    if "opt_out" in heard.names and _NOT_STOP.search(text):
        return replace(heard, intents=tuple(intent for intent in heard.intents if intent.name != "opt_out"))
    if len(text.split()) > _WORDS_AT_MOST:
        return heard
    is_too_much = TOO_MUCH.search(heard.text) and not _OF_LIFE.search(text)
    if before == "plan" and is_too_much and set(heard.names) <= _OF_A_PLAN:
        return replace(heard, intents=())
    if not heard.values:
        return heard
    if before == "call" and _is_when(heard, text):
        return _only("ask_callback", heard)
    if before == "paid" and _is_of_it(heard, text):
        return _only("already_paid", heard)
    return heard


def _is_when(heard: Heard, text: str) -> bool:
    names_when = heard.all("date") or heard.all("time")
    return bool(names_when) and not heard.all("amount") and not _PAYS.search(text) and set(heard.names) <= _OF_A_CALL


def _is_of_it(heard: Heard, text: str) -> bool:
    """A sum or a day gone by; "resten" is what is to come."""
    if not set(heard.names) <= _OF_A_PAYMENT or "resten" in text or "rest" in text.split():
        return False
    is_promise = "promise_to_pay" in heard.names and not heard.all("date")
    return bool(heard.all("amount") or heard.all("date")) and not is_promise and not _PAYS.search(text.split(" ")[0])


def _only(name: str, heard: Heard) -> Heard:
    return replace(heard, intents=(Intent(name, 1.0),))


def _without_sums_asked_for(heard: Heard, case: CaseFacts) -> Heard:
    """Beside what the resident can pay, the sum of the letter and its deadline are only told."""
    if len(heard.all("amount")) < 2 or "ask_payment_plan" not in heard.names:
        return heard
    asked = {int(re.sub(r"\D", "", found)) for found in _ASKED_FOR.findall(fold(heard.text))}
    asked |= {case.arrears_ore // 100} if case.arrears_ore else set()
    left = tuple(value for value in heard.values if not _is_asked_for(value, asked, heard, case))
    has_sum = any(value.entity == "amount" for value in left)
    return replace(heard, values=left) if has_sum and len(left) < len(heard.values) else heard


def _is_asked_for(value: Value, asked: set[int], heard: Heard, case: CaseFacts) -> bool:
    if value.entity == "amount":
        return int(value.value) in asked
    is_deadline = value.entity == "date" and case.deadline and value.value == date.isoformat(case.deadline)
    return bool(is_deadline) and bool(_BY.search(fold(heard.text)))


def _in_danish(heard: Heard) -> Heard:
    """A few Danish words with a number among them look foreign to a detector."""
    if heard.language in LANGUAGES or not _DANISH & set(re.findall(r"[a-z]+", fold(heard.text))):
        return heard
    return replace(heard, language="da") if len(heard.text.split()) <= _WORDS_AT_MOST else heard
