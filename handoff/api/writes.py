"""What a write token may do, as an adviser of its organisation: one function a route, one transaction each.

The work itself is the use cases'; here their refusals become statuses, and the new state is the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.models import Plan, Task
from handoff import alarms, closing, handoffs, plans, tasks
from handoff.api import asked, shapes
from handoff.api.call import Call
from handoff.api.case_reading import plan_shape, task_shape
from handoff.api.conversation_reading import conversation_of, show_conversations
from handoff.api.door import acting
from handoff.api.refusal import NOT_FOUND, ApiError, refuse
from handoff.handoffs import Acting, Refused, Result
from handoff.plans import PlanRefused

_Given = TypeVar("_Given")


def claim(call: Call, body: asked.ByAdviser, conversation_id: int) -> shapes.Conversation:
    """Take the conversation."""
    return _in_thread(call, body, conversation_id, lambda s, who, now: handoffs.claim(s, who, conversation_id, now))


def reply(call: Call, body: asked.Reply, conversation_id: int) -> shapes.Conversation:
    """Send one SMS in the adviser's name."""
    form = hashlib.sha256(call.key.encode()).hexdigest()[:16] if call.key else None
    answer = _in_thread(
        call, body, conversation_id, lambda s, who, now: handoffs.reply(s, who, conversation_id, body.text, now, form)
    )
    call.house.wake()
    return answer


def release(call: Call, body: asked.ByAdviser, conversation_id: int) -> shapes.Conversation:
    """Give the conversation back to the bot."""
    return _in_thread(call, body, conversation_id, lambda s, who, now: handoffs.release(s, who, conversation_id, now))


def close(call: Call, body: asked.Closing, conversation_id: int) -> shapes.Conversation:
    """End the conversation and its case."""

    def end(session: Session, who: Acting, now: datetime) -> Result:
        told = closing.More(note=body.note, follow_up=body.follow_up, keep_in_touch=body.keep_in_touch)
        return closing.close(session, who, conversation_id, body.outcome, now, **told)

    return _in_thread(call, body, conversation_id, end)


def note(call: Call, body: asked.Note, conversation_id: int) -> shapes.Conversation:
    """Keep a note that is never sent; GET does not show it."""
    return _in_thread(
        call, body, conversation_id, lambda s, who, now: handoffs.note(s, who, conversation_id, body.text, now)
    )


def acknowledge(call: Call, body: asked.ByAdviser, conversation_id: int) -> shapes.Conversation:
    """Say that the adviser has seen the crisis: it rings no more."""
    return _in_thread(call, body, conversation_id, lambda s, who, now: alarms.acknowledge(s, who, conversation_id, now))


def approve_plan(call: Call, body: asked.ByAdviser, plan_id: int) -> shapes.Plan:
    """Say yes to a proposed plan."""
    return _decided(call, body, lambda s, who, now: plans.approve(s, who, plan_id, now))


def decline_plan(call: Call, body: asked.ByAdviser, plan_id: int) -> shapes.Plan:
    """Say no to a proposed plan."""
    return _decided(call, body, lambda s, who, now: plans.decline(s, who, plan_id, now))


def break_plan(call: Call, body: asked.ByAdviser, plan_id: int) -> shapes.Plan:
    """Say that an approved plan does not hold: no more reminders."""
    return _decided(call, body, lambda s, who, now: plans.break_off(s, who, plan_id, now))


def finish_task(call: Call, body: asked.ByAdviser, task_id: int) -> shapes.Task:
    """The task is done."""

    def finish(session: Session, who: Acting, now: datetime) -> shapes.Task:
        result = tasks.done(session, who, task_id, now)
        return task_shape(result) if isinstance(result, Task) else refuse(result)

    return _as_adviser(call, body, finish)


def _in_thread(
    call: Call,
    body: asked.ByAdviser,
    conversation_id: int,
    use_case: Callable[[Session, Acting, datetime], Result],
) -> shapes.Conversation:
    """The conversation as the use case leaves it."""

    def act(session: Session, who: Acting, now: datetime) -> shapes.Conversation:
        result = use_case(session, who, now)
        if isinstance(result, Refused):
            refuse(result)
        found = conversation_of(session, call.caller, conversation_id)
        if found is None:
            raise ApiError(*NOT_FOUND)
        return show_conversations(session, call.caller, [found])[0]

    return _as_adviser(call, body, act)


def _decided(
    call: Call, body: asked.ByAdviser, use_case: Callable[[Session, Acting, datetime], Plan | PlanRefused]
) -> shapes.Plan:
    def decide(session: Session, who: Acting, now: datetime) -> shapes.Plan:
        result = use_case(session, who, now)
        return plan_shape(result) if isinstance(result, Plan) else refuse(result)

    answer = _as_adviser(call, body, decide)
    call.house.wake()
    return answer


def _as_adviser(call: Call, body: asked.ByAdviser, act: Callable[[Session, Acting, datetime], _Given]) -> _Given:
    """One transaction in this adviser's name; a refusal leaves nothing behind."""
    now = call.house.clock()
    with call.db.write() as session:
        return act(session, acting(session, call.caller, body.adviser), now)
