"""What a resident's SMS can mean: the closed, stable set of labels. Pure.

Training data, evaluation, dialogues and statistics all use these names.
"""

from __future__ import annotations

CONVERSATION = (
    "greet", "thank", "affirm", "deny", "opt_out", "opt_in", "ask_menu", "ask_human", "ask_callback", "ask_identity",
    "ask_privacy", "change_language",
)  # fmt: skip
ARREARS = (
    "ask_amount", "ask_deadline", "ask_eviction", "ask_how_to_pay", "ask_case_status", "already_paid", "promise_to_pay",
    "ask_payment_plan", "cannot_pay", "dispute_arrears", "wrong_person",
)  # fmt: skip
MONEY = (
    "ask_boligstoette", "ask_enkeltydelse", "ask_personal_supplement", "ask_medicine_support", "ask_budget_advice",
    "ask_rent_administration",
)  # fmt: skip
SITUATION = (
    "inform_job_loss", "inform_illness", "inform_separation", "inform_bereavement", "inform_income_change",
    "inform_expense", "inform_debt",
)  # fmt: skip
WELLBEING = ("crisis_self_harm", "crisis_violence", "distress", "concern_for_neighbour", "abuse")
OTHER = ("other_housing_matter", "out_of_scope")

INTENTS = (*CONVERSATION, *ARREARS, *MONEY, *SITUATION, *WELLBEING, *OTHER)
#: What is left when nothing else is meant; it never stands beside another.
OUT_OF_SCOPE = "out_of_scope"
