"""One-shot questions: the intent and the text that answers it.

A text has a ``.short`` sister where it must share the SMS with something else. Nothing here tells of a case, so these
answers may be given to anyone who asks. ``no_number`` sisters are used when the organisation has no main number.
"""

from __future__ import annotations

from types import MappingProxyType

ANSWERS = MappingProxyType(
    {
        "ask_boligstoette": "boligstoette",
        "ask_enkeltydelse": "enkeltydelse",
        "ask_personal_supplement": "personal_supplement",
        "ask_medicine_support": "medicine_support",
        "ask_budget_advice": "budget_advice",
        "ask_rent_administration": "rent_administration",
        "ask_how_to_pay": "how_to_pay",
        "ask_identity": "identity",
        "ask_privacy": "privacy",
        "abuse": "abuse",
        "other_housing_matter": "other_housing_matter",
    }
)

#: What an answer goes on with, where no question is open: the flow that offers it.
OFFERS = MappingProxyType({"ask_boligstoette": "boligstoette", "ask_enkeltydelse": "enkeltydelse"})

#: After these the open question is not asked again: the resident is not there for it now.
LETS_REST = frozenset({"abuse"})

#: What was told, and the half sentence that says it was heard.
ACKNOWLEDGED = MappingProxyType(
    {
        "inform_job_loss": "told.job_loss",
        "inform_illness": "told.illness",
        "inform_separation": "told.separation",
        "inform_bereavement": "told.bereavement",
        "inform_income_change": "told.income_change",
        "inform_expense": "told.expense",
        "inform_debt": "told.debt",
        "cannot_pay": "told.cannot_pay",
    }
)
