"""The API's one exception: a status and a sentence for the developer. It never quotes what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from handoff.handoffs import Refused
from handoff.plans import PlanRefused
from handoff.tasks import TaskRefused


class ApiError(Exception):
    """The request cannot be answered as asked."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


NOT_FOUND = (404, "There is nothing of this name or id in the token's organisation.")

_WHY: Mapping[str, tuple[int, str]] = {
    "not_found": NOT_FOUND,
    "held_by_other": (409, "Another adviser holds this conversation."),
    "not_yours": (409, "This adviser does not hold the conversation; claim it first."),
    "already_closed": (409, "The conversation is closed."),
    "opted_out": (422, "The resident has opted out: no SMS may be sent to this number."),
    "number_taken_off": (422, "The number was somebody else's and is taken off the case: no SMS may be sent to it."),
    "cpr": (422, "text: it contains a CPR number, which must not be sent by SMS."),
    "empty": (422, "text: it is empty."),
    "too_long": (422, "text: an SMS holds at most 1600 characters."),
    "unknown_outcome": (422, "outcome: this conversation cannot end so."),
    "no_check_ins": (422, "outcome: after this one the resident is not asked later how it goes."),
    "dropped": (409, "The task was dropped."),
}


def refuse(refused: Refused | PlanRefused | TaskRefused) -> NoReturn:
    """Say why a use case did not do it."""
    if isinstance(refused, PlanRefused) and refused.why == "not_proposed":
        raise ApiError(409, f"The plan is no longer proposed; it is {refused.status}.")
    if isinstance(refused, PlanRefused) and refused.why == "not_approved":
        raise ApiError(409, f"The plan is not approved; it is {refused.status}.")
    raise ApiError(*_WHY[refused.why])
