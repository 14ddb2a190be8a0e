"""What follows from a row that was taken: threads, tasks and queued SMS. Part of the caller's transaction.

A case without a number gets one task to find one; a paid case is left in peace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, or_, select, update

from bot.case_changes import Written
from bot.case_ledger import Ledger
from bot.case_rows import COLUMNS
from bot.contacts import attach
from bot.hooks.events import case_settled, tell
from bot.models import COPENHAGEN, Case, Conversation, Message, Plan, Promise, Task
from bot.receive import move
from bot.thread import announce

#: What is done to reach somebody. A call that was agreed with the resident has a time or a note, and stays.
_MOOT_TASKS = ("knock", "postcard", "find_number", "check_payment", "approve_plan", "check_promise")
_PROBLEMS = {
    "missing": "der er intet nummer.",
    "replaced": "en rådgiver har skrevet et andet nummer siden.",
    "landline": "{cell} er et fastnetnummer, som ikke kan få sms.",
    "invalid": "{cell} er ikke et gyldigt telefonnummer.",
}


def follow_up(ledger: Ledger, written: Sequence[Written]) -> list[tuple[int, str]]:
    """Do what follows; gives the notices with their row's number. The cases must have their ids."""
    settled = [done.case for done in written if done.what == "settled"]
    _leave_in_peace(ledger, settled)
    tell(ledger.session, ledger.organisation_id, [case_settled(case) for case in settled], ledger.now)
    notices: list[tuple[int, str]] = []
    for done in written:
        _attach_thread(ledger, done)
        _leave_old_thread(ledger, done)
        if done.what in ("settled", "reopened"):
            _tell(ledger, ledger.threads_of_case.get(done.case.id, ()))
        if done.case.status == "open":
            notices += [(done.row.row, text) for text in _find_number(ledger, done)]
        if done.stays_closed:
            notices.append((done.row.row, _stays_closed(done)))
    return notices


def _attach_thread(ledger: Ledger, done: Written) -> None:
    """A number that wrote before it had a case."""
    thread = ledger.thread_of_phone.get(done.case.resident.phone or "")
    if thread is not None and thread.case_id is None and not done.case.number_taken_off:
        attach(thread, done.case)
        thread.case_id = done.case.id  # the next row sees it
        _tell(ledger, [thread])


def _leave_old_thread(ledger: Ledger, done: Written) -> None:
    """Whoever has the old number now must be recognised again; a stranger's thread is no longer about the case."""
    if not done.number_changed:
        return
    for thread in ledger.threads_of_case.get(done.case.id, ()):
        if thread.phone == done.case.resident.phone:
            continue
        thread.verified = False
        if done.was_taken_off:
            thread.case, thread.case_id, thread.state = None, None, {}
        _tell(ledger, [thread])


def _find_number(ledger: Ledger, done: Written) -> list[str]:
    """One open task while there is no number; done when one comes."""
    case, searches = done.case, ledger.searches.get(done.case.id, [])
    if case.resident.phone and not case.number_taken_off:
        for task in searches:
            is_answered = done.number_changed or (task.origin or "").startswith(_ORIGIN)
            if task.status == "open" and is_answered:
                task.status, task.done_at = "done", ledger.now
        return _problem(done, " Det nummer, vi har, beholdes.")
    if not any(task.status == "open" or task.at >= case.opened_at for task in searches):
        ledger.session.add(_search(ledger, case))
    if case.number_taken_off and done.row.phone:
        return [f"{_place(done)}: en anden har svaret på nummeret, så der skrives ikke til det. {_HOW}"]
    return _problem(done, f" Sagen tages, og det bliver en opgave at finde et nummer. {_HOW}")


#: Begins the name of a task that was made because there was no number at all: any number answers it.
_ORIGIN = "case:"
_HOW = "Skriv et mobilnummer, og indlæs filen igen."


def _search(ledger: Ledger, case: Case) -> Task:
    return Task(
        organisation_id=ledger.organisation_id,
        case_id=case.id,
        type="find_number",
        due=ledger.now.astimezone(COPENHAGEN).date(),
        origin=f"{_ORIGIN}{case.id}:find_number:{case.opened_at.timestamp():.0f}",
        at=ledger.now,
    )


def _problem(done: Written, rest: str) -> list[str]:
    """What is wrong with the row's number; a missing one is only worth a word when we have none."""
    problem = done.row.phone_problem
    if problem is None or (problem == "missing" and done.case.resident.phone):
        return []
    return [f"{_place(done)}: {_PROBLEMS[problem].format(cell=done.row.phone_cell)}{rest}"]


def _place(done: Written) -> str:
    return f"Række {done.row.row}, {done.row.headings.get('phone', COLUMNS['phone'])}"


def _stays_closed(done: Written) -> str:
    heading = done.row.headings.get("received", COLUMNS["received"])
    return (
        f"Række {done.row.row}: sagen {done.case.case_ref} er afsluttet og bliver ikke åbnet igen. "
        f'Er den kommet igen, så skriv den nye dag i kolonnen "{heading}".'
    )


def _leave_in_peace(ledger: Ledger, cases: Sequence[Case]) -> None:
    """It is paid: what was queued is not sent, what was to be done to reach the resident is dropped."""
    ids = [case.id for case in cases]
    if not ids:
        return
    _refuse_queued(ledger, ids)
    session, now = ledger.session, ledger.now
    to_reach = or_(
        Task.type.in_(_MOOT_TASKS),
        Task.origin.like("contact:%"),
        and_(Task.type == "call", Task.due_at.is_(None), Task.note == ""),
    )
    wanted = (Task.case_id.in_(ids), Task.status == "open", to_reach)
    session.execute(update(Task).where(*wanted).values(status="dropped", done_at=now))
    _end(ledger, Promise, ids, "open", "kept")
    _end(ledger, Plan, ids, "approved", "kept")
    _end(ledger, Plan, ids, "proposed", "replaced")


def _end(ledger: Ledger, table: Any, case_ids: list[int], status: str, ended: str) -> None:
    """Nothing is owed: a promise or a plan that stayed open would speak for the next arrears."""
    wanted = (table.case_id.in_(case_ids), table.status == status)
    ledger.session.execute(update(table).where(*wanted).values(status=ended))


def _refuse_queued(ledger: Ledger, case_ids: list[int]) -> None:
    """A message that a worker has in hand at this moment is left to its own last look before sending."""
    threads = select(Conversation.id).where(Conversation.case_id.in_(case_ids))
    queued = ledger.session.scalars(
        select(Message)
        .where(Message.conversation_id.in_(threads), Message.bulk, Message.status == "queued")
        .with_for_update(of=Message, skip_locked=True)
    ).all()
    for message in queued:
        move(ledger.session, message, "refused", "settled", "us", ledger.now)


def _tell(ledger: Ledger, threads: Iterable[Conversation]) -> None:
    for thread in threads:
        announce(ledger.session, thread, "queue", ledger.now)
