"""What the resident told, corrected or written down by an adviser: the newest of a name counts, the older are history.

What does not fit is taken out with all its older tellings, which the history keeps: nothing acts on it any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dialogs.summary import GROUPS
from bot.models import Fact
from handoff.case_work.changes import keep
from handoff.case_work.forms import Button, Editing, Field, Why, Work, seal, text_problem, typed_day, typed_time
from handoff.fact_words import fact_words
from handoff.saying import said
from handoff.wording import catalogue, knows, word

#: What happened, as one may tell it on the phone.
EVENTS = (
    *("inform_job_loss", "inform_illness", "inform_separation", "inform_bereavement", "inform_income_change"),
    *("inform_expense", "inform_debt", "dispute_arrears", "borrows_to_pay"),
)
_NUMBERS = {"adults": range(1, 31), "children": range(31), "area_m2": range(1, 1001)}
_KRONER = range(200_000)
_MONEY = ("income", "income_before_tax", "can_pay_monthly", "can_pay_now", "rent", "paid_amount")
_INCOME_KINDS = (
    *("løn", "dagpenge", "sygedagpenge", "kontanthjælp", "folkepension", "førtidspension", "su", "barsel", "ingen"),
)
_DAYS = ("letter_date", "paid_date")
_LONGEST = 80


def read(work: Work, key: str) -> Editing | None:
    """The form of one row of "Det ved vi", or of something new."""
    if key == "new":
        return _new(work)
    names = GROUPS.get(key, (key,))
    if key not in GROUPS and not knows("facts", key):
        return None
    known = newest(work)
    if key not in GROUPS and key not in known:
        return None
    fields = tuple(_field(work, name, known.get(name)) for name in names if _can_be_typed(name, known.get(name)))
    told = any(name in known for name in names)
    buttons: tuple[Button, ...] = (Button("save", said("Gem"), filled=True),) if fields else ()
    buttons += (Button("withdraw", said("Passer ikke")),) if told else ()
    ids = [known[name].id for name in names if name in known]
    hint = "" if fields else word("facts", key) + ": " + fact_words(key, known[key].value, work.today)
    return Editing(f"fact-{key}", word("facts", key), fields, buttons, seal(ids), hint)


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """Gem, or Passer ikke."""
    if work.thread is None:
        return "gone"
    if key == "new":
        return _write_event(work, form)
    names, known = GROUPS.get(key, (key,)), newest(work)
    if do == "withdraw":
        for name in names:
            _withdraw(work, name)
        work.audit("fact_withdrawn", f"conversation:{work.thread.id}")
        return None
    return _write_group(work, [name for name in names if _can_be_typed(name, known.get(name))], known, form)


def newest(work: Work) -> dict[str, Fact]:
    """By name, of this case."""
    if work.thread is None:
        return {}
    rows = work.session.scalars(select(Fact).where(Fact.conversation_id == work.thread.id).order_by(Fact.id))
    return {fact.name: fact for fact in rows if fact.case_id == work.thread.case_id}


def _write_group(work: Work, names: list[str], known: Mapping[str, Fact], form: Mapping[str, str]) -> Why | None:
    read_values: dict[str, Any] = {}
    for name in names:
        text, before = form.get(name, "").strip(), known.get(name)
        if before is not None and text == _field(work, name, before).value:
            continue
        value, problem = _value(name, text)
        if problem:
            return problem
        read_values[name] = value
    for name, value in read_values.items():
        if value is None:
            _withdraw(work, name)
        else:
            _write(work, name, value)
    return None


def _new(work: Work) -> Editing:
    known = newest(work)
    choices = tuple((name, f"{word('facts', name)}: {_event_words(name)}") for name in EVENTS if name not in known)
    fields = (Field("name", said("Hvad har beboeren fortalt?"), "choice", "", choices, required=True),)
    return Editing("fact-new", said("Skriv noget på"), fields, (Button("save", said("Gem"), filled=True),), seal("new"))


def _event_words(name: str) -> str:
    return word("fact_words", name) if knows("fact_words", name) else word("words", "yes")


def _write_event(work: Work, form: Mapping[str, str]) -> Why | None:
    name = form.get("name", "")
    if name not in EVENTS:
        return "choice"
    if name not in newest(work):
        _write(work, name, True)
    return None


def _can_be_typed(name: str, fact: Fact | None) -> bool:
    """What is only "told" can be taken back and not be written otherwise."""
    if name in ("knows_letter", *_NUMBERS, *_MONEY, *_DAYS, "income_kind", "best_time", "letter_from"):
        return True
    return fact is not None and isinstance(fact.value, str)


def _field(work: Work, name: str, fact: Fact | None) -> Field:
    label, value = word("facts", name), fact.value if fact else None
    if name == "knows_letter":
        stands = "" if value is None else "yes" if value else "no"
        return Field(
            name,
            said("Har fået brevet"),
            "choice",
            stands,
            (("", said("Ved vi ikke")), ("yes", said("Ja")), ("no", said("Nej"))),
        )
    if name == "income_kind":
        told = (str(value),) if value and value not in _INCOME_KINDS else ()
        kinds = tuple((kind, said(kind)) for kind in (*_INCOME_KINDS, *told))
        return Field(name, label, "choice", str(value or ""), (("", said("Ved vi ikke")), *kinds))
    if name in _MONEY:
        return Field(name, f"{label}, kr.", "money", "" if value is None else f"{int(value):,}".replace(",", "."))
    if name in _NUMBERS:
        return Field(name, label, "number", "" if value is None else str(value))
    if name in _DAYS:
        return Field(name, label, "date", str(value or ""))
    shown = fact_words(name, value, work.today) if isinstance(value, str) else ""
    return Field(name, label, "text", shown)


def _value(name: str, text: str) -> tuple[Any, Why | None]:
    """What was typed as the bot would keep it; None when the field is empty."""
    if not text:
        return None, None
    if name == "knows_letter":
        return (text == "yes", None) if text in ("yes", "no") else (None, "choice")
    if name in _NUMBERS or name in _MONEY:
        return _number(name, text)
    if name in _DAYS:
        on = typed_day(text)
        return (on.isoformat(), None) if on else (None, "day")
    if problem := text_problem(text, _LONGEST):
        return None, problem
    return (_time_told(text) if name == "best_time" else text), None


def _number(name: str, text: str) -> tuple[int | None, Why | None]:
    digits = text.removesuffix("kr.").strip().replace(".", "")
    allowed = _NUMBERS.get(name, _KRONER)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 9 and int(digits) in allowed):
        return None, "number"
    return int(digits), None


def _time_told(text: str) -> str:
    """As the bot keeps when to phone: a part of the day, a time, a day, else the words."""
    parts: dict[str, str] = catalogue()["parts_of_day"]
    part = next((key for key, words in parts.items() if words == text.lower()), None)
    clock = typed_time(text) if text.lower().startswith("kl") or ":" in text else None
    on: date | None = typed_day(text)
    return part or (f"{clock:%H:%M}" if clock else "") or (on.isoformat() if on else "") or text


def _write(work: Work, name: str, value: Any) -> None:
    if work.thread is None:
        return
    written = {"name": name, "value": value, "adviser_id": work.acting.adviser_id, "at": work.now}
    work.session.add(Fact(conversation_id=work.thread.id, case_id=work.thread.case_id, **written))
    work.audit("fact_written", f"conversation:{work.thread.id}")


def _withdraw(work: Work, name: str) -> None:
    """Into the history, with each time that it was told."""
    thread = work.thread
    if thread is None:
        return
    rows = work.session.scalars(select(Fact).where(Fact.conversation_id == thread.id, Fact.name == name))
    mine = [fact for fact in rows.all() if fact.case_id == thread.case_id]
    if not mine:
        return
    keep(work, f"fact:{name}", "withdrawn", fact_words(name, mine[-1].value, work.today), None)
    for fact in mine:
        work.session.delete(fact)
