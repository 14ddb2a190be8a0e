"""Wave contacts: turns that the bot takes unasked, so that a "ja" to them is understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.dialogs.effects import Say
from bot.dialogs.engine import begin
from bot.dialogs.state import CaseFacts, State
from bot.dialogs.texts import render
from bot.fact_rows import chunks
from bot.facts import facts_of
from bot.models import Case, Conversation, Message, Organisation
from bot.outbox import outgoing, queue_messages
from bot.store import conversations_with

_FLOW = "first_contact"


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be said to one case on its thread, which waits for the answer already."""

    conversation: Conversation
    body: str
    text_key: str

    def message(
        self, *, contact_id: int | None, now: datetime, send_at: datetime, expires_at: datetime | None
    ) -> Message:
        """The SMS, not queued yet."""
        made = outgoing(
            self.conversation,
            self.body,
            author="wave",
            now=now,
            bulk=True,
            due_at=send_at,
            expires_at=expires_at,
            contact_id=contact_id,
        )
        made.text_key = self.text_key
        return made


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
    opening = open_talks(session, case.organisation, [(case, step, send_at.date())], now).get(case.id)
    if opening is None:
        return None
    message = opening.message(contact_id=contact_id, now=now, send_at=send_at, expires_at=expires_at)
    queue_messages(session, [(opening.conversation, message)], now)
    return message


def open_talks(
    session: Session, organisation: Organisation, wanted: Sequence[tuple[Case, int, date]], now: datetime
) -> dict[int, Opening]:
    """Let the bot begin with each case the ladder's SMS of that number on that day; by case, where it is not silent.

    A number is written to about one case: of two in one call the first counts.
    """
    firsts: dict[str, tuple[Case, int, date]] = {}
    for each in wanted:
        if each[0].resident.phone is not None:
            firsts.setdefault(each[0].resident.phone, each)
    threads = conversations_with(session, organisation, list(firsts), now)
    for phone, (case, _, _) in firsts.items():
        attach(threads[phone], case)
    session.flush()
    ordered = [threads[phone] for phone in firsts]
    openings: dict[int, Opening] = {}
    for (case, step, day), thread, facts in zip(firsts.values(), ordered, facts_of(session, ordered, now), strict=True):
        decision = begin(_FLOW, State.from_json(thread.state), facts, day, step)
        said = apply(Turn(session, thread, now), decision)
        if said:
            body = render(said, thread.language, facts.own, facts.languages)
            openings[case.id] = Opening(thread, body, f"{said[0].text}:{thread.language}")
    return openings


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
