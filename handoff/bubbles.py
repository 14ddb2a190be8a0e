"""What stands under a bubble: how far the SMS came, in plain words, and what was heard in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.delivery import error_class, is_about_country
from bot.models import Message
from bot.nlu.intents import OUT_OF_SCOPE
from bot.sms import national
from handoff.formats import day, kroner, moment
from handoff.saying import said
from handoff.wording import catalogue, knows, word

#: Said of a message that says something else too.
_SMALL_TALK = frozenset({"greet", "thank"})


@dataclass(frozen=True, slots=True)
class Status:
    """How far it came: ``words``, the number of ``ticks`` (0-2), whether it did not arrive, and how many SMS."""

    words: str
    ticks: int = 0
    is_lost: bool = False
    segments: str = ""


def next_tries(messages: Sequence[Message]) -> dict[int, datetime]:
    """When an SMS that did not arrive is tried again, by its id: the next try is a message of its own."""
    queued = {(m.first_try_id, m.away_tries - 1): m.due_at for m in messages if m.first_try_id and m.status == "queued"}
    found = {m.id: queued.get((m.first_try_id or m.id, m.away_tries)) for m in messages}
    return {message_id: due_at for message_id, due_at in found.items() if due_at is not None}


def status_of(message: Message, now: datetime, next_try: datetime | None = None) -> Status:
    """The status of one SMS out, and when it is tried again, if it is."""
    segments = f"{message.segments} SMS" if message.segments else ""
    words = word("statuses", message.status)
    match message.status:
        case "delivered" | "sent":
            return Status(words, 2 if message.status == "delivered" else 1, segments=segments)
        case "undelivered" | "failed":
            again = said(". Vi prøver igen {when}", when=_when(next_try, now)) if next_try else ""
            return Status(f"{words}: {_why(message)}{again}", is_lost=True)
        case "refused":
            return Status(f"{words}: {_our_reason(message.error)}", is_lost=True)
        case "queued" if message.send_at and message.send_at > now and not message.error:
            return Status(word("writing", "waits", when=moment(message.send_at, now)), segments=segments)
        case "queued" if message.error or message.attempts:
            why = f": {_why(message)}" if message.error else ""
            return Status(
                said("Kom ikke frem endnu{why}. Prøver igen {when}", why=why, when=_when(message.due_at, now)),
                is_lost=True,
            )
        case "queued" if message.first_try_id:
            return Status(said("Nyt forsøg {when}", when=_when(message.due_at, now)), segments=segments)
        case "queued" if message.due_at and (message.due_at - now).total_seconds() > 60:
            return Status(said("Sendes {when}", when=_when(message.due_at, now)), segments=segments)
        case _:
            return Status(words, segments=segments)


def heard_chips(
    heard: Mapping[str, Any] | None, said_on: date, corrected: Sequence[str] | None = None
) -> tuple[str, ...]:
    """What was understood, in Danish: first what was meant, then the values read; nothing where nothing was.

    What an adviser corrected is shown whole.
    """
    heard = heard or {}
    names = [str(intent.get("name")) for intent in heard.get("intents", ())]
    meant = [name for name in names if name not in _SMALL_TALK] or names if corrected is None else corrected
    if list(meant) == [OUT_OF_SCOPE]:  # a birthday given as proof would read as a day that was heard for something
        return () if corrected is None else (word("heard", OUT_OF_SCOPE),)
    chips = [word("heard", name) for name in meant]
    return tuple(dict.fromkeys([*chips, *_values(heard, said_on)]))


def _values(heard: Mapping[str, Any], said_on: date) -> Iterator[str]:
    for found in heard.get("values", ()):
        entity, value = str(found.get("entity")), found.get("value")
        if knows("values", entity):
            yield word("values", entity, value=_in_danish(entity, value, said_on))


def _in_danish(entity: str, value: Any, said_on: date) -> str:
    match entity:
        case "amount" if isinstance(value, int):
            return kroner(value * 100)
        case "date":
            return day(date.fromisoformat(str(value)), said_on)
        case "time":
            return str(catalogue()["parts_of_day"].get(value, "kl. " + str(value).replace(":", ".")))
        case "phone_number":
            return national(str(value))
        case _:
            return str(value)


def _our_reason(reason: str | None) -> str:
    if reason and reason.isdecimal():
        return word("failures", error_class(reason))
    return word("refusals", reason)


def why_lost(message: Message) -> str:
    """Why an SMS did not arrive, or why we did not send it, in plain Danish."""
    return _our_reason(message.error) if message.status == "refused" else _why(message)


def _why(message: Message) -> str:
    if is_about_country(message.error, message.sender, message.conversation.phone):
        return word("failures", "abroad")
    return word("failures", error_class(message.error))


def _when(due_at: datetime | None, now: datetime) -> str:
    return moment(due_at, now) if due_at and due_at > now else said("om lidt")
