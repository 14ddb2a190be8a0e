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
    "unknown_colleague": (422, "colleague: no other active adviser of this organisation."),
    "not_held": (409, "No adviser holds the conversation."),
    "not_closed": (409, "The conversation is not closed."),
    "unknown_moment": (422, "until: cannot be read."),
    "moment_gone": (422, "until: it lies in the past."),
    "in_crisis": (409, "A crisis is open; it can neither be put off nor given to the bot."),
    "unknown_topic": (422, "topic: the bot cannot go on there."),
    "already_sent": (409, "The SMS has been sent."),
    "already_withdrawn": (409, "The SMS was taken back."),
    "no_retry": (409, "This SMS cannot be sent again."),
    "reason_too_long": (422, "note: at most 1000 characters."),
    "reason_cpr": (422, "note: it contains a CPR number, which is not kept."),
    "follow_up_past": (422, "follow_up: it lies in the past."),
    "wrote_meanwhile": (409, "The resident has written meanwhile."),
    "dropped": (409, "The task was dropped."),
}


def refuse(refused: Refused | PlanRefused | TaskRefused) -> NoReturn:
    """Say why a use case did not do it."""
    if isinstance(refused, PlanRefused) and refused.why == "not_proposed":
        raise ApiError(409, f"The plan is no longer proposed; it is {refused.status}.")
    if isinstance(refused, PlanRefused) and refused.why == "not_approved":
        raise ApiError(409, f"The plan is not approved; it is {refused.status}.")
    raise ApiError(*_WHY[refused.why])
