"""Why an SMS did not arrive, in an adviser's words, for every class of the gateway's errors."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.delivery import ErrorClass
from bot.models import Conversation, Message
from handoff.bubbles import status_of
from handoff.wording import catalogue
from tests.bot.test_db import NOON

SAID = {
    "21610": "nummeret har meldt sig fra",
    "30005": "nummeret kan ikke få sms",
    "30003": "telefonen var slukket eller uden dækning",
    "30007": "teleselskabet stoppede den",
    "30001": "der var for mange sms på én gang",
    "20003": "sms-leverandøren tager ikke imod fra os lige nu",
    "21617": "teksten kunne ikke sendes",
    "39999": "teleselskabet sagde ikke hvorfor",
}


def failed(code: str | None, phone: str = "+4511114027", status: str = "failed") -> Message:
    conversation = Conversation(organisation_id=1, phone=phone, state={}, created_at=NOON)
    return Message(sender="+4511110010", status=status, error=code, conversation=conversation, segments=1)


@pytest.mark.parametrize(("code", "why"), SAID.items())
def test_every_class_of_error_is_said_in_danish(code: str, why: str):
    assert status_of(failed(code), NOON).words == f"Kom ikke frem: {why}"


def test_no_class_is_without_words():
    assert set(get_args(ErrorClass)) <= set(catalogue()["failures"])
    assert len(SAID) == len(get_args(ErrorClass))


def test_a_foreign_number_is_no_fault_of_our_account():
    words = status_of(failed("21408", "+4915112345678"), NOON).words
    assert words == "Kom ikke frem: vi kan ikke sende til et udenlandsk nummer"
    assert status_of(failed("21408"), NOON).words.endswith("tager ikke imod fra os lige nu")
