"""Wave contacts: turns that the bot takes unasked, so that a "ja" to them is understood."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.dialogs.effects import Say
from bot.dialogs.engine import begin
from bot.dialogs.state import State
from bot.dialogs.texts import render
from bot.facts import case_facts
from bot.models import Case, Conversation, Message
from bot.outbox import queue_message
from bot.store import conversation_with

_FLOW = "first_contact"


def begin_contact(
    session: Session,
    case: Case,
    *,
    step: int,
    contact_id: int | None,
    now: datetime,
    send_at: datetime,
    expires_at: datetime | None,
) -> Message | None:
    """Queue the SMS of one step (0 first, 1 second, 2 last) in the caller's transaction.

    None when the case has no number, or the dialogue has nothing to say as things stand. ``contact_id`` is None only
    for what was contacted before the service was there (the demo's past).
    """
    phone = case.resident.phone
    if phone is None:
        return None
    conversation = conversation_with(session, case.organisation, phone, now)
    attach(conversation, case)
    session.flush()
    facts = case_facts(session, conversation, now)
    decision = begin(_FLOW, State.from_json(conversation.state), facts, send_at.date(), step)
    said = apply(Turn(session, conversation, now), decision)
    if not said:
        return None
    return queue_message(
        session,
        conversation,
        render(said, conversation.language, facts.own, facts.languages),
        author="wave",
        now=now,
        bulk=True,
        due_at=send_at,
        expires_at=expires_at,
        contact_id=contact_id,
    )


def preview_text(session: Session, case: Case, step: int, now: datetime) -> str:
    """The SMS that ``begin_contact`` would queue; nothing is written. Empty when it would queue none."""
    known = session.scalar(
        select(Conversation).where(
            Conversation.organisation_id == case.organisation_id,
            Conversation.phone == case.resident.phone,
            Conversation.case_id == case.id,
        )
    )
    conversation = known or _unsaved(case)
    facts = case_facts(session, conversation, now)
    decision = begin(_FLOW, State.from_json(conversation.state), facts, now.date(), step)
    said = [effect for effect in decision.effects if isinstance(effect, Say)]
    return render(said, conversation.language, facts.own, facts.languages) if said else ""


def attach(conversation: Conversation, case: Case) -> None:
    """Let the thread be about this case. Another resident's case on a shared phone starts unrecognised."""
    if conversation.case_id == case.id:
        return
    if conversation.case is None or conversation.case.resident_id != case.resident_id:
        conversation.verified = False
        conversation.state = {}
        conversation.language = case.resident.language
    conversation.case = case
    conversation.closed_at = None


def _unsaved(case: Case) -> Conversation:
    return Conversation(
        organisation=case.organisation,
        phone=case.resident.phone or "",
        case=case,
        held_by="bot",
        language=case.resident.language,
        bot_paused=False,
        crisis_told=False,
        verified=False,
        wrong_tries=0,
        state={},
    )
