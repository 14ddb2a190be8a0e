"""Close a conversation with an outcome from a closed list: how the case ended. One transaction, given by the caller.

What was still open goes with it: tasks and proposed plans are put away, promises and an agreed plan are kept when
all is paid. Closed with an agreed plan it stays, and so do the promises when there is one: they are what was agreed.
Why it ended so is kept in the adviser's own words, and never sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypedDict, Unpack, get_args

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.alarms import silence
from bot.check_ins import drop_check_ins, plan_check_ins
from bot.hooks.events import case_closed, tell
from bot.models import Case, Conversation, Plan, Promise, Task
from bot.nlu.masking import mask_cpr
from bot.thread import add_marker
from handoff.case_work import todos
from handoff.case_work.forms import LONGEST, Work
from handoff.handoffs import Acting, Done, Refused, Result, audit, back_to_bot, is_mine, locked, not_mine

Outcome = Literal[
    "paid", "plan_agreed", "municipality_paid", "moved_out", "evicted", "no_contact", "not_in_a_case", "other"
]
#: What can be chosen for a resident in a case, and for a number that belongs to none.
CASE_OUTCOMES: tuple[Outcome, ...] = tuple(o for o in get_args(Outcome) if o != "not_in_a_case")
#: After which the resident may have said yes to hear from us again.
GOOD_OUTCOMES: tuple[Outcome, ...] = ("paid", "plan_agreed", "municipality_paid")
OTHER_OUTCOMES: tuple[Outcome, ...] = ("not_in_a_case", "no_contact", "other")


def outcomes_for(*, has_case: bool) -> tuple[Outcome, ...]:
    """The outcomes to choose among."""
    return CASE_OUTCOMES if has_case else OTHER_OUTCOMES


@dataclass(frozen=True, slots=True)
class Ending:
    """What is told besides: why, a day to look again, and that the resident would like to be asked how it goes."""

    note: str = ""
    follow_up: date | None = None
    keep_in_touch: bool = False


class More(TypedDict, total=False):
    """The same as it is told by a form."""

    note: str
    follow_up: date | None
    keep_in_touch: bool


def close(
    session: Session, acting: Acting, conversation_id: int, outcome: str, now: datetime, **more: Unpack[More]
) -> Result:
    """End the case and its handoff. The thread stays readable; the number starts with the bot if it writes again."""
    note = more.get("note", "").replace("\r\n", "\n").strip()
    ending = Ending(note, more.get("follow_up"), more.get("keep_in_touch", False))
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    refused = _may_close(acting, conversation, outcome, ending, now)
    if refused:
        return refused
    _end(session, acting, conversation, outcome, ending, now)
    audit(session, acting, conversation, "closed", now)
    return Done(conversation.id)


def _end(
    session: Session, acting: Acting, conversation: Conversation, outcome: str, ending: Ending, now: datetime
) -> None:
    case = conversation.case
    if case is not None:
        _close_case(session, case, outcome, ending.note, now)
        tell(session, conversation.organisation_id, [case_closed(case, now)], now)
    silence(session, conversation, acting.adviser_id, now)
    back_to_bot(session, conversation, now)
    conversation.closed_at = now
    add_marker(session, conversation, "closed", now, acting.adviser_id, outcome=outcome)
    if ending.keep_in_touch and case is not None and plan_check_ins(session, case, now):
        add_marker(session, conversation, "check_ins_planned", now, acting.adviser_id)
    if ending.follow_up is not None:
        work = Work(session, acting, conversation.organisation_id, case, conversation, now)
        todos.follow_up(work, ending.follow_up, ending.note if case is None else "")


def _may_close(
    acting: Acting, conversation: Conversation, outcome: str, ending: Ending, now: datetime
) -> Refused | None:
    if not is_mine(conversation, acting):
        return not_mine(conversation)
    if outcome not in outcomes_for(has_case=conversation.case is not None):
        return Refused("unknown_outcome")
    if ending.keep_in_touch and outcome not in GOOD_OUTCOMES:
        return Refused("no_check_ins")
    if len(ending.note) > LONGEST:
        return Refused("reason_too_long")
    if mask_cpr(ending.note)[1]:
        return Refused("reason_cpr")
    is_past = ending.follow_up is not None and ending.follow_up < now.date()
    return Refused("follow_up_past") if is_past else None


def _close_case(session: Session, case: Case, outcome: str, note: str, now: datetime) -> None:
    if case.status == "open":  # a thread closed again may mend the outcome, but the case ended when it ended
        case.closed_at = now
    case.status, case.outcome = "closed", outcome
    case.outcome_note = note or case.outcome_note
    session.execute(
        update(Task).where(Task.case_id == case.id, Task.status == "open").values(status="dropped", done_at=now)
    )
    settle(session, case, outcome)


def settle(session: Session, case: Case, outcome: str) -> None:
    """What follows from an outcome for plans, promises and what would be asked later."""
    if outcome in ("moved_out", "evicted"):
        drop_check_ins(session, case)  # who has lost the home is not asked by a machine how it goes
    if outcome == "plan_agreed":
        return
    session.execute(update(Plan).where(Plan.case_id == case.id, Plan.status == "proposed").values(status="replaced"))
    settled = "kept" if outcome == "paid" else "replaced"
    if outcome == "paid":
        session.execute(update(Plan).where(Plan.case_id == case.id, Plan.status == "approved").values(status="kept"))
    session.execute(update(Promise).where(Promise.case_id == case.id, Promise.status == "open").values(status=settled))
