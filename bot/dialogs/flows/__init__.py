"""All dialogues by their names."""

from __future__ import annotations

from types import MappingProxyType

from bot.dialogs.flow import Step
from bot.dialogs.flows import (
    boligstoette,
    check_in,
    enkeltydelse,
    first_contact,
    menu,
    payment_plan,
    promise,
    situation,
)

_ALL = (first_contact, menu, payment_plan, promise, situation, boligstoette, enkeltydelse, check_in)
FLOWS = MappingProxyType({room.FLOW.name: room.FLOW for room in _ALL})

_OF_MONEY = frozenset({("first_contact", "amount"), ("first_contact", "amount_no_deadline")})


def is_of_money(flow: str | None, name: str | None) -> bool:
    """A question about paying: after the deadline only a human takes its answer."""
    return flow in (payment_plan.FLOW.name, promise.FLOW.name) or (flow, name) in _OF_MONEY


def step(flow: str | None, name: str | None) -> Step | None:
    """The step of a stored state; None when a release took it away, so that no question is open."""
    known = FLOWS.get(flow or "")
    node = known.nodes.get(name or "") if known else None
    return node if isinstance(node, Step) else None
