"""A task as an adviser shapes it: made with a day and a note, moved, taken, given to a colleague, put away with why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, false, or_, select

from bot.models import COPENHAGEN, Adviser, Task, membership
from bot.thread import add_marker
from bot.workdays import is_working_day, next_working_day
from handoff.case_work.changes import keep, keep_all
from handoff.case_work.forms import Button, Editing, Field, Why, Work, seal, text_problem, typed_day, typed_time
from handoff.formats import clock
from handoff.saying import said
from handoff.wording import word, written_word

#: What an adviser can ask for; without a case there is nobody to knock for.
OF_CASE = ("call", "knock", "postcard", "check_payment", "find_number", "other")
OF_NUMBER = ("call", "other")
_FOLLOW_UP = timedelta(days=14)


def read(work: Work, key: str) -> Editing | None:
    """The form of one open task, of a new one, or of a day to follow up."""
    if key in ("new", "follow"):
        return _new(work, follows=key == "follow")
    task = find(work, key)
    if task is None:
        return None
    stands = seal(task.status, task.due, task.due_at, task.note, task.adviser_id)
    fields = (
        Field("due", said("Dag"), "date", task.due.isoformat(), required=True),
        Field("at", said("Klokken"), "time", clock(task.due_at.astimezone(COPENHAGEN)) if task.due_at else ""),
        Field("adviser", said("Hvem gør det?"), "choice", str(task.adviser_id or ""), colleagues(work)),
        Field("note", said("Note, kun for os"), "area", task.note),
        Field("reason", said("Læg væk: hvorfor?"), "text", "", hint=said("Kun når opgaven ikke skal gøres.")),
    )
    name = work.case.resident.first_name if work.case else said("nummeret")
    buttons: tuple[Button, ...] = (Button("save", said("Gem"), filled=True),)
    buttons += () if task.adviser_id == work.acting.adviser_id else (Button("take", said("Jeg tager den")),)
    return Editing(
        f"task-{task.id}",
        word("tasks", task.type, name=name),
        fields,
        (*buttons, Button("drop", said("Læg væk"))),
        stands,
    )


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """Gem, Jeg tager den, Læg væk."""
    if key in ("new", "follow"):
        return _make(work, form)
    task = find(work, key)
    if task is None:
        return "gone"
    if do == "take":
        _take(work, task)
        return None
    return _drop(work, task, form) if do == "drop" else _write(work, task, form)


def find(work: Work, key: str) -> Task | None:
    """An open task of this case or thread."""
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    of_case = [Task.case_id == work.case.id] if work.case else []
    of_thread = [and_(Task.conversation_id == work.thread.id, Task.case_id.is_(None))] if work.thread else []
    mine = (Task.id == int(key), Task.organisation_id == work.organisation_id, Task.status == "open")
    return work.session.scalar(work.found(select(Task).where(*mine, or_(false(), *of_case, *of_thread))))


def colleagues(work: Work) -> tuple[tuple[str, str], ...]:
    """Who can be given something here, oneself first."""
    wanted = (
        select(Adviser.id, Adviser.name)
        .join(membership, membership.c.adviser_id == Adviser.id)
        .where(membership.c.organisation_id == work.organisation_id, Adviser.is_active)
        .order_by(Adviser.id != work.acting.adviser_id, Adviser.name)
    )
    names = [(str(each.id), each.name) for each in work.session.execute(wanted)]
    return (
        ("", said("Den, der kan")),
        *((i, said("{name} (dig)", name=n) if i == str(work.acting.adviser_id) else n) for i, n in names),
    )


def follow_up(work: Work, on: date, note: str = "") -> Task:
    """A task for oneself to look again."""
    text = f"{written_word('words', 'follow_up')}: {note}" if note else written_word("words", "follow_up")
    return _add(work, "other", on, None, work.acting.adviser_id, text)


def _new(work: Work, *, follows: bool) -> Editing:
    today = work.today if is_working_day(work.today) else next_working_day(work.today)
    kinds = OF_CASE if work.case else OF_NUMBER
    choices = tuple((kind, word("task_kinds", kind)) for kind in kinds)
    due = next_working_day(work.today + _FOLLOW_UP - timedelta(days=1)) if follows else today
    fields = (
        Field("type", said("Hvad skal der ske?"), "choice", "other" if follows else "call", choices, required=True),
        Field("due", said("Dag"), "date", due.isoformat(), required=True),
        Field("at", said("Klokken"), "time", ""),
        Field("adviser", said("Hvem gør det?"), "choice", str(work.acting.adviser_id), colleagues(work)),
        Field("note", said("Note, kun for os"), "area", written_word("words", "follow_up") if follows else ""),
    )
    what, title = ("task-follow", said("Følg op senere")) if follows else ("task-new", said("Ny opgave"))
    return Editing(what, title, fields, (Button("save", said("Gem opgaven"), filled=True),), seal("new"))


def _make(work: Work, form: Mapping[str, str]) -> Why | None:
    kind = form.get("type", "")
    if kind not in (OF_CASE if work.case else OF_NUMBER):
        return "choice"
    typed = _typed(work, form, None)
    if isinstance(typed, str):
        return typed
    task = _add(work, kind, typed["due"], typed["due_at"], typed["adviser"], typed["note"])
    work.audit("task_made", f"task:{task.id}")
    return None


def _add(work: Work, kind: str, due: date, due_at: datetime | None, adviser_id: int | None, note: str) -> Task:
    task = Task(
        organisation_id=work.organisation_id,
        case_id=work.case.id if work.case else None,
        conversation_id=work.thread.id if work.thread else None,
        type=kind,
        due=due,
        due_at=due_at,
        adviser_id=adviser_id,
        note=note,
        at=work.now,
    )
    work.session.add(task)
    work.session.flush()
    keep(work, f"task:{task.id}", "made", None, note if kind == "other" and note else written_word("task_kinds", kind))
    return task


def _write(work: Work, task: Task, form: Mapping[str, str]) -> Why | None:
    typed = _typed(work, form, task.due)
    if isinstance(typed, str):
        return typed
    before = {"due": task.due, "due_at": _hour(task.due_at), "adviser": task.adviser_id, "note": task.note}
    after = typed | {"due_at": _hour(typed["due_at"])}
    if not keep_all(work, f"task:{task.id}", before, after):
        return "no_change"
    task.due, task.due_at, task.adviser_id, task.note = (typed[key] for key in ("due", "due_at", "adviser", "note"))
    work.audit("task_changed", f"task:{task.id}")
    return None


def _typed(work: Work, form: Mapping[str, str], stood: date | None) -> dict[str, Any] | Why:
    due, at = typed_day(form.get("due", "")), form.get("at", "").strip()
    if due is None:
        return "day"
    if due < work.today and due != stood:
        return "past"
    hour = typed_time(at) if at else None
    if at and hour is None:
        return "time"
    adviser = form.get("adviser", "")
    if adviser not in dict(colleagues(work)):
        return "choice"
    note = form.get("note", "").replace("\r\n", "\n").strip()
    if problem := text_problem(note):
        return problem
    return {
        "due": due,
        "due_at": _at(due, hour),
        "adviser": int(adviser) if adviser else None,
        "note": note,
    }


def _take(work: Work, task: Task) -> None:
    keep(work, f"task:{task.id}", "adviser", task.adviser_id, work.acting.adviser_id)
    task.adviser_id = work.acting.adviser_id
    work.audit("task_taken", f"task:{task.id}")


def _drop(work: Work, task: Task, form: Mapping[str, str]) -> Why | None:
    reason = form.get("reason", "").strip()
    if not reason:
        return "reason"
    if problem := text_problem(reason, 200):
        return problem
    task.status, task.done_at, task.done_by_id = "dropped", work.now, work.acting.adviser_id
    keep(work, f"task:{task.id}", "dropped", written_word("task_kinds", task.type), reason)
    if work.thread is not None:
        add_marker(work.session, work.thread, "task_dropped", work.now, work.acting.adviser_id, type=task.type)
    work.audit("task_dropped", f"task:{task.id}")
    return None


def _at(due: date, hour: time | None) -> datetime | None:
    return datetime.combine(due, hour, COPENHAGEN) if hour else None


def _hour(at: datetime | None) -> str:
    return f"kl. {clock(at.astimezone(COPENHAGEN))}" if at else ""
