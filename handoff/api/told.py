"""What is pushed to an organisation's addresses (webhooks), as objects for the description. Ids and codes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, Field

from bot.hooks.events import CASE_CLOSED, CASE_SETTLED, HANDOFF_OPENED
from handoff.api.shapes import Priority, Shape


class HandoffOpened(Shape):
    """The bot asked for a person."""

    handoff_id: int
    conversation_id: int
    case_ref: str | None
    priority: Priority


class CaseClosed(Shape):
    """An adviser closed the case, or mended how it ended."""

    case_ref: str
    outcome: str


class CaseSettled(Shape):
    """Nothing is owed any more."""

    case_ref: str


class _Call(Shape):
    timestamp: AwareDatetime = Field(description="When it happened")
    organisation: str = Field(description="The organisation's short name")


class HandoffOpenedCall(_Call):
    """A call about a handoff."""

    type: Literal["handoff.opened"]
    data: HandoffOpened


class CaseClosedCall(_Call):
    """A call about a case that was closed."""

    type: Literal["case.closed"]
    data: CaseClosed


class CaseSettledCall(_Call):
    """A call about a case that is paid."""

    type: Literal["case.settled"]
    data: CaseSettled


CALLS: Mapping[str, type[_Call]] = {
    HANDOFF_OPENED: HandoffOpenedCall,
    CASE_CLOSED: CaseClosedCall,
    CASE_SETTLED: CaseSettledCall,
}
