"""Writes the planned items of some cases in one go, in the caller's transaction. A key that is taken raises.

Threads are locked before cases, each in order of id, as every other writer does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import models
from bot.contacts import Opening, open_talks
from bot.models import Case, Conversation, Ladder, Organisation, StepKey, Task
from bot.outbox import queue_messages
from bot.store import opted_out
from bot.thread import announce
from bot.wave_state import wave_of
from scheduler.gather import Gathered
from scheduler.ladder import CALL, DEADLINE_STEP, dump_steps
from scheduler.waves import Contact, Rules, Skip, case_month

#: These tell when something will be done, not why it is not.
PASSING = ("not_due", "already_contacted")
_NOTES = {
    "call": "Ring til beboeren.",
    "knock": "Bank på hos beboeren.",
    "postcard": "Læg et kort i postkassen.",
}
_SILENT, _STOPPED = "Der er ikke kommet svar på sms.", "Beboeren vil ikke have sms."
_UNREACHED = "Vi har ikke et nummer, der kan få sms."
_SILENCE_NOTE = "Beboeren har svaret på sms, men samtalen er gået i stå. Ring, og hør hvordan det går."
_DEADLINE_NOTE = "Fristen er her. Der sendes ikke mere af sig selv."

Items = Sequence[Contact | Skip]
Made = tuple[models.Contact, Contact]


def write_together(
    session: Session, rules: Rules, planned: Sequence[tuple[Gathered, Items]], now: datetime, until: datetime
) -> list[Contact]:
    """Write ladders, skips, contacts and what these are: SMS and tasks. Gives the contacts."""
    if not planned:
        return []
    cases = _locked(session, [gathered.candidate.case_id for gathered, _ in planned])
    standing = [
        (gathered, items)
        for gathered, items in planned
        if cases[gathered.candidate.case_id].status == gathered.candidate.status  # else paid or closed meanwhile
    ]
    due = [item for _, items in standing for item in items if isinstance(item, Contact) and item.send_at <= until]
    openings = _open(session, cases, due, now)
    writer = _Writer(session, rules, now)
    for gathered, items in standing:
        said = {item for item in items if item in due and (item.sms is None or item.case_id in openings)}
        writer.add(gathered, items, said)
    made = writer.flush()
    _queue(session, [each for each in made if each[1].sms is not None], openings, now)
    _add_tasks(session, [each for each in made if each[1].sms is None], cases, now)
    session.flush()
    return [item for _, item in made]


class _Writer:
    """Collects the rows of many cases."""

    def __init__(self, session: Session, rules: Rules, now: datetime) -> None:
        self._session, self._rules, self._now = session, rules, now
        self._waves: dict[str, int] = {}
        self._made: list[Made] = []

    def add(self, gathered: Gathered, items: Items, said: set[Contact]) -> None:
        """One case's: its ladder when it begins, its skips, and those contacts that have something to say or to do."""
        wave_id = gathered.wave_id or self._wave(gathered)
        begins = next((item.ladder_starts_at for item in items if item.ladder_starts_at is not None), None)
        if begins is not None and gathered.candidate.starts_at is None:
            place = {"wave_id": wave_id, "case_id": gathered.candidate.case_id, "round": gathered.round}
            steps = dump_steps(self._rules.steps)
            self._session.add(Ladder(**place, starts_at=begins, steps=steps, at=self._now))
        for item in items:
            if isinstance(item, Skip):
                self._skip(wave_id, item)
            elif item in said:
                self._contact(gathered, wave_id, item)

    def flush(self) -> list[Made]:
        """The contacts, which have their ids now."""
        self._session.flush()
        return self._made

    def _wave(self, gathered: Gathered) -> int:
        month = case_month(gathered.candidate, self._rules)
        if month not in self._waves:
            self._waves[month] = wave_of(self._session, gathered.organisation_id, month).id
        return self._waves[month]

    def _skip(self, wave_id: int, item: Skip) -> None:
        if item.why not in PASSING:
            place = {"wave_id": wave_id, "case_id": item.case_id, "step": item.step}
            self._session.add(models.Skip(**place, why=item.why, at=self._now))

    def _contact(self, gathered: Gathered, wave_id: int, item: Contact) -> None:
        place = {"wave_id": wave_id, "round": gathered.round, "step": item.step}
        row = models.Contact(**place, case_id=item.case_id, kind=item.kind, send_at=item.send_at, at=self._now)
        self._session.add_all([row, StepKey(**place, case_key=gathered.case_key)])
        self._made.append((row, item))


def _locked(session: Session, ids: Sequence[int]) -> dict[int, Case]:
    """The cases as they are until the commit, after their residents' threads."""
    mine = select(Case).where(Case.id.in_(ids)).order_by(Case.id)
    known = session.scalars(mine).all()
    phones = [case.resident.phone for case in known if case.resident.phone is not None]
    threads = select(Conversation.id).where(Conversation.phone.in_(phones)).order_by(Conversation.id)
    threads = threads.where(Conversation.organisation_id.in_({case.organisation_id for case in known}))
    session.execute(threads.with_for_update(of=Conversation, key_share=True))
    locked = mine.with_for_update(of=Case, key_share=True).execution_options(populate_existing=True)
    return {case.id: case for case in session.scalars(locked)}


def _open(session: Session, cases: Mapping[int, Case], due: Iterable[Contact], now: datetime) -> dict[int, Opening]:
    wanted = [(cases[item.case_id], item.sms, item.send_at.date()) for item in due if item.sms is not None]
    if not wanted:
        return {}
    organisation = session.get_one(Organisation, wanted[0][0].organisation_id)
    return open_talks(session, organisation, wanted, now)


def _queue(session: Session, made: Sequence[Made], openings: Mapping[int, Opening], now: datetime) -> None:
    queued = []
    for row, item in made:
        opening = openings[item.case_id]
        message = opening.message(contact_id=row.id, now=now, send_at=item.send_at, expires_at=item.expires_at)
        queued.append((opening.conversation, message))
    queue_messages(session, queued, now)


def _add_tasks(session: Session, made: Sequence[Made], cases: Mapping[int, Case], now: datetime) -> None:
    if not made:
        return
    ids = [item.case_id for _, item in made]
    found = select(Conversation).where(Conversation.case_id.in_(ids)).order_by(Conversation.id.desc())
    threads = {thread.case_id: thread for thread in session.scalars(found)}
    stopped = opted_out(session, [cases[each].resident.phone for each in ids])
    being_called = _being_called(session, ids)
    for row, item in made:
        case, thread = cases[item.case_id], threads.get(item.case_id)
        if item.kind == CALL and item.case_id in being_called:
            continue  # an SMS that did not arrive, or an adviser, has asked for it already: one call is enough
        session.add(_task(case, thread, row, item, _note(case, item, stopped), now))
        if thread is not None:
            announce(session, thread, "task", now)


def _being_called(session: Session, case_ids: Sequence[int]) -> frozenset[int | None]:
    open_calls = select(Task.case_id).where(Task.type == CALL, Task.status == "open", Task.case_id.in_(case_ids))
    return frozenset(session.scalars(open_calls))


def _note(case: Case, item: Contact, stopped: Collection[str]) -> str:
    """What to do and why not by SMS: whoever knocks is not to believe that somebody who said stop did not answer."""
    if item.step == DEADLINE_STEP or item.kind not in _NOTES:
        return _DEADLINE_NOTE if item.step == DEADLINE_STEP else ""
    if item.is_after_silence:
        return _SILENCE_NOTE
    if case.resident.phone is None or case.number_taken_off:
        return f"{_NOTES[item.kind]} {_UNREACHED}"
    return f"{_NOTES[item.kind]} {_STOPPED if case.resident.phone in stopped else _SILENT}"


def _task(
    case: Case, thread: Conversation | None, row: models.Contact, item: Contact, note: str, now: datetime
) -> Task:
    is_last = item.step == DEADLINE_STEP
    return Task(
        organisation_id=case.organisation_id,
        case_id=case.id,
        conversation_id=thread.id if thread is not None else None,
        type=item.kind,
        due=case.deadline if is_last else item.send_at.date(),
        note=note,
        origin=f"contact:{row.id}",
        at=now,
    )
