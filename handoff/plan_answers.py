"""What follows when a human has decided on a payment plan: one SMS to the resident, and after a no, a call.

In the transaction of the decision. Nobody is written to who asked us not to, nor in a crisis, nor on another's number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.check_ins import may_ask
from bot.dialogs.effects import Say
from bot.dialogs.follow_ups import with_question
from bot.dialogs.limits import may_tell as may_tell_amounts
from bot.dialogs.plan_offer import may_ask as may_ask_about
from bot.dialogs.plan_offer import offer
from bot.dialogs.state import CaseFacts, State
from bot.dialogs.texts import LANGUAGES, LIMIT, render
from bot.facts import case_facts
from bot.models import Case, Conversation, Plan, Task
from bot.outbox import queue_message
from bot.store import is_opted_out
from bot.thread import add_marker
from bot.workdays import is_working_day, next_working_day
from handoff.formats import first_name
from handoff.handoffs import Acting
from handoff.wording import word, written_word


def has_number(case: Case, conversation: Conversation) -> bool:
    """True when the thread's number is the resident's own."""
    return not case.number_taken_off and case.resident.phone == conversation.phone


def may_tell(session: Session, case: Case, conversation: Conversation) -> bool:
    """True when the resident may be told by SMS."""
    is_crisis = conversation.priority == "crisis"
    return has_number(case, conversation) and not is_crisis and not is_opted_out(session, conversation.phone)


def tell(
    session: Session, acting: Acting, case: Case, thread: Conversation, plan: Plan, now: datetime, own_word: str = ""
) -> bool:
    """Queue the SMS about the plan as it is now, with a word of the adviser's own; False when it has to be told
    otherwise. A no to our own proposal is between the adviser and the resident: no machine says it."""
    if not may_tell(session, case, thread) or (plan.status == "declined" and plan.adviser_id is not None):
        return False
    terms: dict[str, str | int] = {"monthly": plan.monthly_ore, "first_date": plan.first_date.isoformat()}
    # A sum that was worked out from the arrears tells them: only who was recognised hears it.
    facts = case_facts(session, thread, now)
    is_plain = plan.status == "approved" and not may_tell_amounts(facts)
    key = "plan.approved_plain" if is_plain else f"plan.{plan.status}"
    answer = Say(key, {"adviser": first_name(acting.name), **terms})
    text = render([answer], thread.language, facts.own)
    if plan.status == "approved" and not own_word:
        text = _with_question(session, case, thread, answer, facts, now) or text
    text = f"{text} {own_word}".strip()
    queue_message(session, thread, text, author="bot", now=now, must_go=True)
    return True


def propose(
    session: Session, acting: Acting, case: Case, thread: Conversation, plan: Plan, now: datetime
) -> Literal["sums", "plain", "nothing"]:
    """Queue the SMS with the adviser's version, and let a yes to it be understood; what the resident learnt by it.

    Who was not recognised hears no sum. Where nobody would understand the answer, no question is sent.
    """
    if otherwise(session, case, thread, plan.total_ore or 0, now):
        return "nothing"
    facts = case_facts(session, thread, now)
    decision = offer(State.from_json(thread.state), facts, now.date(), _version(acting, plan), is_open=_is_open(thread))
    said = [say for say in decision.effects if isinstance(say, Say)]
    queue_message(session, thread, render(said, thread.language, facts.own), author="bot", now=now, must_go=True)
    if _is_open(thread):
        thread.state = decision.state.to_json()
    return "sums" if may_tell_amounts(facts) else "plain"


def otherwise(session: Session, case: Case, thread: Conversation, total_ore: int, now: datetime) -> str:
    """What to do where another proposal is not told by SMS; empty where it is."""
    if may_tell(session, case, thread) and (not _is_open(thread) or _is_understood(session, thread, total_ore, now)):
        return ""
    return word("words", "tell_by_phone" if has_number(case, thread) else "tell_by_letter")


def _is_understood(session: Session, thread: Conversation, total_ore: int, now: datetime) -> bool:
    facts = case_facts(session, thread, now)
    return thread.language in LANGUAGES and may_ask_about(facts, now.date(), total_ore)


def _version(acting: Acting, plan: Plan) -> dict[str, str | int]:
    return {
        "adviser": first_name(acting.name),
        "monthly": plan.monthly_ore,
        "instalments": plan.instalments,
        "first_date": plan.first_date.isoformat(),
    }


def _is_open(thread: Conversation) -> bool:
    """True when the bot hears the answer."""
    return thread.held_by == "bot" and not thread.bot_paused and thread.closed_at is None


def _with_question(
    session: Session, case: Case, thread: Conversation, answer: Say, facts: CaseFacts, now: datetime
) -> str | None:
    """With the good news, once: may we write again? Where the bot will hear the answer, and nothing else is asked."""
    state = State.from_json(thread.state)
    if not _is_open(thread) or state.flow is not None or thread.language not in LANGUAGES:
        return None
    if not may_ask(session, thread, case, now):
        return None
    decision = with_question(state, facts, now.date())
    text = render([answer, *(s for s in decision.effects if isinstance(s, Say))], thread.language, facts.own)
    if len(text) > LIMIT:
        return None
    thread.state = decision.state.to_json()
    add_marker(session, thread, "check_in_asked", now)
    return text


def see_that_somebody_calls(
    session: Session, case: Case, thread: Conversation | None, plan: Plan, now: datetime, why: str = ""
) -> None:
    """A no is no end: the resident is called, unless that is to be done already."""
    waiting = (Task.case_id == case.id, Task.type == "call", Task.status == "open")
    if case.status != "open" or session.scalar(select(Task.id).where(*waiting).limit(1)) is not None:
        return
    today = now.date()
    session.add(
        Task(
            organisation_id=case.organisation_id,
            case_id=case.id,
            conversation_id=thread.id if thread else None,
            type="call",
            due=today if is_working_day(today) else next_working_day(today),
            note=why or written_word("words", "plan_declined"),
            origin=f"plan:{plan.id}:call",
            at=now,
        )
    )
