"""What must not wait, and the order of the rest. Every intent has its place here; a test says so."""

from __future__ import annotations

from typing import Literal

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
    "distress",
    "concern_for_neighbour",
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

#: Words that our own texts ask for. They mean what we said they mean, whatever the classifier thinks.
OUR_WORDS = {
    "RING": "ask_callback",
    "RÅDGIVER": "ask_human",
    "RAADGIVER": "ask_human",
    "RADGIVER": "ask_human",
    "ADVISER": "ask_human",
    "CALL": "ask_callback",
}

#: After these stages only a human speaks of what is possible.
TERMINATED = ("ophaevet", "foged")


def names(heard: Heard, case: CaseFacts) -> tuple[str, ...]:
    """The intents to act on, what must not wait first. START from somebody who never said STOP is a yes."""
    word = OUR_WORDS.get(heard.text.strip(" \n\t.,:;!?\"'").upper())
    said = (word,) if word else heard.names
    if not case.opted_out:
        said = tuple("affirm" if name == "opt_in" else name for name in said)
    return tuple(sorted(dict.fromkeys(said), key=_rank))


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
