"""What must not wait, and the order of the rest. Every intent has its place here; a test says so."""

from __future__ import annotations

import re
from typing import Literal

from bot.dialogs.other_people import has_moved
from bot.dialogs.state import CaseFacts, Heard

CRISIS: tuple[Literal["crisis_self_harm", "crisis_violence"], ...] = ("crisis_self_harm", "crisis_violence")
URGENT = (*CRISIS, "opt_out", "opt_in", "wrong_person", "ask_human")
CHANGES = ("already_paid", "promise_to_pay", "ask_payment_plan", "dispute_arrears")
QUESTIONS = (
    "change_language",
    "ask_callback",
    "ask_eviction",
    "ask_amount",
    "ask_deadline",
    "ask_case_status",
    "ask_how_to_pay",
    "ask_enkeltydelse",
    "ask_boligstoette",
    "ask_personal_supplement",
    "ask_medicine_support",
    "ask_budget_advice",
    "ask_rent_administration",
    "ask_identity",
    "ask_privacy",
    "ask_menu",
    "other_housing_matter",
)
TOLD = (
    "concern_for_neighbour",
    "distress",
    "inform_bereavement",
    "inform_illness",
    "inform_job_loss",
    "inform_separation",
    "inform_income_change",
    "inform_expense",
    "inform_debt",
    "cannot_pay",
    "abuse",
)
#: Said in passing: answered only when nothing else was said.
PASSING = ("affirm", "deny", "thank", "greet")
NOTHING = ("out_of_scope",)
ORDER = (*URGENT, *CHANGES, *QUESTIONS, *TOLD, *PASSING, *NOTHING)

#: What somebody who is not the resident may well say in the same breath; anything else is the resident's own.
STRANGERS = frozenset({*PASSING, *NOTHING, "wrong_person", "opt_out", "abuse", "ask_identity", "ask_privacy"})

#: "Kender ikke nogen Amina" names her only to say that it is not her.
_NO = r"\b(ikke|ik|ingen|not|no|don't know)( (en|nogen|der|hedder|any|called|named|one))* "

#: "Amina bor der ikke mere" is no signature either.
_GONE = (
    r"(?:(?:bor|boede|lives?) (?:\w+ ){0,3}?(?:ikke|ik|længere|engang|not)|doesn't live|moved"
    r"|(?:er|har|is|has) (?:\w+ ){0,2}?(?:flyttet|rejst|moved))"
)
_OWN_EX = re.compile(
    r"\b(?:min|mit|my) (?:eks\w*|ex\w*)|\b(?:gået|gik) fra (?:hinanden|mig|ham|hende)|\bskil(?:t|sm\w*|les?)\b"
    r"|\bforlad\w*|\bforlod\b|\bslået op\b|\b(?:divorced|separated|broke up|left me)\b"
)
_SOMEBODYS_EX = re.compile(r"\b(?:hans|hendes|his|her) (?:eks\w*|ex\w*)")
_WRONG_NUMBER = re.compile(r"\bforkert\b|\bwrong (?:number|person)\b")

#: Words that our own texts ask for. They mean what we said they mean, whatever the classifier thinks.
OUR_WORDS = {
    "RING": "ask_callback",
    "RÅDGIVER": "ask_human",
    "RAADGIVER": "ask_human",
    "RADGIVER": "ask_human",
    "ADVISER": "ask_human",
    "CALL": "ask_callback",
}

#: "Fogeden kommer på tirsdag" names a day on which nobody has promised to pay.
COURT = re.compile(r"\b(foge?d\w*|bailiff\w*)\b", re.IGNORECASE)
_PAYS = re.compile(r"\b(betal\w*|penge\w*|kr|kroner|overfør\w*|afdrag\w*|løn\w*|pay\w*|money)\b|\d{3}", re.IGNORECASE)

#: After these stages only a human speaks of what is possible.
TERMINATED = ("ophaevet", "foged")


def names(heard: Heard, case: CaseFacts) -> tuple[str, ...]:
    """The intents to act on, what must not wait first. START from somebody who never said STOP is a yes."""
    word = OUR_WORDS.get(heard.text.strip(" \n\t.,:;!?\"'").upper())
    said = (word,) if word else heard.names
    if not _is_a_stranger(heard, case):
        said = tuple(name for name in said if name != "wrong_person")
    if COURT.search(heard.text) and not _PAYS.search(heard.text):
        said = tuple(name for name in said if name != "promise_to_pay")
    if not case.opted_out:
        said = tuple("affirm" if name == "opt_in" else name for name in said)
    return tuple(sorted(dict.fromkeys(said), key=_rank))


def _is_a_stranger(heard: Heard, case: CaseFacts) -> bool:
    """A wrong guess here would take a resident's number off: who asks for anything, or signs, is no stranger."""
    words = " ".join(re.findall(r"[\w']+", heard.text.lower()))
    own = "|".join(map(re.escape, re.findall(r"\w+", case.first_name.lower())))
    others = re.sub(rf"{_NO}({own})\b|\b({own}) {_GONE}", "", words)
    signed = own and re.search(rf"\b({own})\b", others)
    moved = has_moved(heard.text) and (others != words or not _tells_of_own_ex(words))
    told = set(heard.names) - ({"inform_separation"} if moved or _WRONG_NUMBER.search(words) else set())
    return told <= STRANGERS and not signed


def _tells_of_own_ex(words: str) -> bool:
    """ "Han bor her ikke mere, det er min eks": the resident tells who has left."""
    return bool(_OWN_EX.search(words)) and not _SOMEBODYS_EX.search(words)


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
