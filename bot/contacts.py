"""Wave contacts: turns that the bot takes unasked, so that a "ja" to them is understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.dialogs.effects import Say
from bot.dialogs.engine import begin
from bot.dialogs.state import CaseFacts, State
from bot.dialogs.texts import render
from bot.fact_rows import chunks
from bot.facts import case_facts, facts_of
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
    message = queue_message(
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
    message.text_key = f"{said[0].text}:{conversation.language}"
    return message


def preview_texts(session: Session, wanted: Sequence[tuple[Case, int]], now: datetime) -> list[str]:
    """The SMS that ``begin_contact`` would queue for each case and step, in a handful of queries; nothing is written.

    Empty where it would queue none.
    """
    known = _threads(session, [case.id for case, _ in wanted])
    threads = [known.get((case.id, case.resident.phone)) or _unsaved(case) for case, _ in wanted]
    many = zip(wanted, threads, facts_of(session, threads, now), strict=True)
    return [_words(thread, facts, step, now) for (_, step), thread, facts in many]


def preview_text(session: Session, case: Case, step: int, now: datetime) -> str:
    """The same for one case."""
    return preview_texts(session, [(case, step)], now)[0]


def _words(conversation: Conversation, facts: CaseFacts, step: int, now: datetime) -> str:
    decision = begin(_FLOW, State.from_json(conversation.state), facts, now.date(), step)
    said = [effect for effect in decision.effects if isinstance(effect, Say)]
    return render(said, conversation.language, facts.own, facts.languages) if said else ""


def _threads(session: Session, case_ids: Iterable[int]) -> dict[tuple[int | None, str | None], Conversation]:
    """By case and phone; with its own organisation's number a case has one thread at most."""
    found = select(Conversation).join(Case, Case.id == Conversation.case_id)
    found = found.where(Conversation.organisation_id == Case.organisation_id)
    each = (session.scalars(found.where(Case.id.in_(chunk))) for chunk in chunks(case_ids))
    return {(thread.case_id, thread.phone): thread for threads in each for thread in threads}


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
