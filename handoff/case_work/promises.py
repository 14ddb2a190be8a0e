"""A promise to pay, as an adviser hears it on the phone or knows better: made, moved, kept, broken, taken back.

Each promise has one task to look whether it was kept (``promise:ID:check_promise``); it follows the promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.models import Case, Promise, Task
from bot.thread import add_marker
from bot.workdays import next_working_day
from handoff.case_work.changes import keep, keep_all
from handoff.case_work.forms import Button, Editing, Field, Why, Work, kroner_typed, seal, typed_day, typed_ore
from handoff.saying import later, said
from handoff.tasks import finish

#: A promise without a day is looked at after a week.
_NO_DAY_SAID = timedelta(days=7)
_JUDGED = {"kept": "promise_kept_by_hand", "broken": "promise_broken_by_hand", "cancel": "promise_taken_back"}
_STATUS = {"kept": "kept", "broken": "broken", "cancel": "replaced"}


def read(work: Work, key: str) -> Editing | None:
    """The form of one promise, or of a new one."""
    if work.case is None:
        return None
    if key == "new":
        return Editing("promise-new", said("Nyt løfte"), _fields(None, None), (_save(),), seal("new"), said(_NEW))
    promise = find(work, key)
    if promise is None:
        return None
    buttons: tuple[Button, ...] = (_save(), Button("kept", said("Er holdt")))
    buttons += (Button("broken", said("Blev ikke holdt")),) if promise.status == "open" else ()
    buttons += (Button("cancel", said("Gælder ikke mere")),)
    title = said("Løftet") if promise.status == "open" else said("Løftet, der ikke blev holdt")
    stands = seal(promise.status, promise.amount_ore, promise.day)
    return Editing(
        f"promise-{promise.id}", title, _fields(promise.amount_ore, promise.day), buttons, stands, said(_OLD)
    )


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """Gem, Er holdt, Blev ikke holdt, Gælder ikke mere."""
    if work.case is None:
        return "gone"
    promise = None if key == "new" else find(work, key)
    if key != "new" and promise is None:
        return "gone"
    if promise is not None and do in _STATUS:
        judge(work, promise, do)
        return None
    return _write(work, work.case, promise, form)


def find(work: Work, key: str) -> Promise | None:
    """One that is open or was broken, of this case."""
    if work.case is None or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    mine = (Promise.id == int(key), Promise.case_id == work.case.id, Promise.status.in_(("open", "broken")))
    return work.session.scalar(work.found(select(Promise).where(*mine)))


def judge(work: Work, promise: Promise, do: str) -> None:
    """A human says what came of it; nobody looks any more."""
    before = promise.status
    promise.status, promise.looked_at = _STATUS[do], work.now
    keep(work, f"promise:{promise.id}", "status", before, promise.status)
    task = check_of(work, promise)
    if task is not None and task.status == "open" and do != "cancel":
        finish(work.session, work.acting, task, work.now)
    elif task is not None and task.status == "open":
        task.status, task.done_at = "dropped", work.now
    if work.thread is not None:
        add_marker(work.session, work.thread, _JUDGED[do], work.now, work.acting.adviser_id)
    work.audit(f"promise_{promise.status}", f"promise:{promise.id}")


def move(work: Work, promise: Promise, amount_ore: int | None, on: date | None) -> bool:
    """Another sum or day: it stands open again, and is looked at after that day. False when nothing is new."""
    before = {"amount": promise.amount_ore, "day": promise.day}
    if not keep_all(work, f"promise:{promise.id}", before, {"amount": amount_ore, "day": on}):
        return False
    promise.amount_ore, promise.day = amount_ore, on
    promise.status, promise.looked_at = "open", None
    _look_after(work, promise)
    work.audit("promise_changed", f"promise:{promise.id}")
    return True


def check_of(work: Work, promise: Promise) -> Task | None:
    """The task to look at it."""
    origin = f"promise:{promise.id}:check_promise"
    return work.session.scalar(work.found(select(Task).where(Task.origin == origin)))


def _write(work: Work, case: Case, promise: Promise | None, form: Mapping[str, str]) -> Why | None:
    amount, on = form.get("amount", "").strip(), form.get("day", "").strip()
    ore, day = typed_ore(amount) if amount else None, typed_day(on) if on else None
    if amount and ore is None:
        return "amount"
    if on and day is None:
        return "day"
    if day is not None and day < work.today and (promise is None or day != promise.day):
        return "past"
    if promise is not None:
        return None if move(work, promise, ore, day) else "no_change"
    _make(work, case, ore, day)
    return None


def _make(work: Work, case: Case, ore: int | None, day: date | None) -> None:
    told: dict[str, Any] = {"amount_ore": ore, "arrears_ore": case.arrears_ore, "adviser_id": work.acting.adviser_id}
    promise = Promise(case_id=case.id, day=day, at=work.now, **told)
    work.session.add(promise)
    work.session.flush()
    keep(work, f"promise:{promise.id}", "made", None, _told(ore, day))
    _look_after(work, promise)
    if work.thread is not None:
        add_marker(work.session, work.thread, "promised", work.now, work.acting.adviser_id)
    work.audit("promise_made", f"promise:{promise.id}")


def _look_after(work: Work, promise: Promise) -> None:
    due = next_working_day(promise.day or work.today + _NO_DAY_SAID)
    task = check_of(work, promise)
    if task is not None:
        task.status, task.due, task.note, task.done_at, task.done_by_id = "open", due, "", None, None
        return
    made = {"type": "check_promise", "due": due, "origin": f"promise:{promise.id}:check_promise", "at": work.now}
    thread_id = work.thread.id if work.thread else None
    work.session.add(
        Task(organisation_id=work.organisation_id, case_id=promise.case_id, conversation_id=thread_id, **made)
    )


def _fields(ore: int | None, on: date | None) -> tuple[Field, ...]:
    return (
        Field("amount", said("Beløb, kr."), "money", kroner_typed(ore), hint=said("Tomt er det hele.")),
        Field("day", said("Dag"), "date", on.isoformat() if on else ""),
    )


def _told(ore: int | None, day: date | None) -> str:
    return ", ".join(filter(None, (f"{kroner_typed(ore)} kr." if ore else "det hele", day.isoformat() if day else "")))


def _save() -> Button:
    return Button("save", said("Gem"), filled=True)


_NEW = later("Det, der er lovet i telefonen. Beboeren får ingen sms. I får en opgave om at se efter.")
_OLD = later("Beboeren får ingen sms om det.")
