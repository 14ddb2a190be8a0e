"""What a read token may ask: one function a route, each within the caller's organisation."""

from __future__ import annotations

from handoff.api import asked, shapes
from handoff.api.call import Call
from handoff.api.case_reading import case_named, cases_after, show_cases
from handoff.api.conversation_reading import (
    conversation_of,
    conversations_after,
    show_conversation,
    show_conversations,
    show_handoffs,
)
from handoff.api.refusal import NOT_FOUND, ApiError
from handoff.api.wave_reading import show_waves, waves_after


def cases(call: Call, page: asked.CasePage) -> list[shapes.Case]:
    """The cases, oldest first."""
    with call.db.read() as session:
        last = 0
        if page.after is not None:
            seen = case_named(session, call.caller, page.after)
            if seen is None:
                raise ApiError(422, "after: the organisation has no case with this case_ref.")
            last = seen.id
        return show_cases(session, call.caller, cases_after(session, call.caller, last, page.limit))


def case(call: Call, _: asked.Nothing, case_ref: str) -> shapes.Case:
    """One case."""
    with call.db.read() as session:
        found = None if "\x00" in case_ref else case_named(session, call.caller, case_ref)
        if found is None:
            raise ApiError(*NOT_FOUND)
        return show_cases(session, call.caller, [found])[0]


def conversations(call: Call, page: asked.ConversationPage) -> list[shapes.Conversation]:
    """The conversations, oldest first; with ?phone= the one with that number, or none."""
    with call.db.read() as session:
        found = conversations_after(session, call.caller, page.after, page.limit, page.phone)
        return show_conversations(session, call.caller, found)


def conversation(call: Call, _: asked.Nothing, conversation_id: int) -> shapes.Conversation:
    """One conversation."""
    now = call.house.clock()
    with call.db.read() as session:
        found = conversation_of(session, call.caller, conversation_id)
        if found is None:
            raise ApiError(*NOT_FOUND)
        return show_conversation(session, call.caller, found, now)


def waves(call: Call, page: asked.Page) -> list[shapes.Wave]:
    """The monthly waves, oldest first."""
    with call.db.read() as session:
        return show_waves(session, waves_after(session, call.caller, page.after, page.limit))


def handoffs(call: Call, page: asked.Page) -> list[shapes.Handoff]:
    """The handoffs that have not ended, oldest first."""
    with call.db.read() as session:
        return show_handoffs(session, call.caller, page.after, page.limit)
