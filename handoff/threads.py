"""A conversation as a person reads it: bubbles with author and status, markers, notes, days. Not a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.corrections import newest_corrections
from bot.models import Conversation, Correction, Marker, Message, Note
from handoff.bubbles import Status, next_tries, status_of
from handoff.deeds import Deeds, Lost, Waits, read_deeds, shown_at
from handoff.formats import clock, day_heading, first_name, genitive
from handoff.heard import HeardRow, heard_row
from handoff.mentions import Colleague, colleagues, pieces
from handoff.ownership.moments import ahead
from handoff.saying import said
from handoff.wording import catalogue, emphasis, knows, lowered, word

#: Older messages stand behind a link.
PAGE = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the thread. ``key`` stays the same when its status changes."""

    key: str
    kind: Literal["day", "message", "marker", "note"]
    at: datetime
    author: str = ""
    by: str = ""  #: resident, bot, wave or adviser
    text: str = ""
    language: str = "da"
    pieces: tuple[tuple[str, bool], ...] = ()
    status: Status | None = None
    heard: HeardRow | None = None
    notices: tuple[str, ...] = ()
    is_automatic: bool = False  #: of what we start to many
    waits: Waits | None = None
    lost: Lost | None = None

    @property
    def time(self) -> str:
        """8.12"""
        return clock(self.at)


@dataclass(frozen=True, slots=True)
class Thread:
    """What is shown, and how many older messages are not."""

    entries: tuple[Entry, ...] = ()
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: "Du" is said of them, and times are told from their now."""

    adviser_id: int
    now: datetime
    resident: str = ""
    names: dict[int, str] = field(default_factory=dict)


def read_thread(session: Session, conversation: Conversation, reader: Reader, *, whole: bool = False) -> Thread:
    """The newest part of the thread, or all of it."""
    total = session.scalar(select(func.count(Message.id)).where(Message.conversation_id == conversation.id)) or 0
    messages = list(
        session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation.id)
            .options(joinedload(Message.adviser))
            .order_by(Message.id.desc())
            .limit(total if whole else PAGE)
        )
    )[::-1]
    since = messages[0].at if messages and total > len(messages) else None
    corrected = newest_corrections(session, [m.id for m in messages if m.direction == "in"])
    tries, deeds = next_tries(messages), read_deeds(session, conversation, messages, reader.adviser_id)
    entries = [_message(m, corrected.get(m.id), tries.get(m.id), reader, deeds) for m in messages]
    entries += [_marker(m, reader) for m in _others(session, Marker, conversation, since)]
    notes = list(_others(session, Note, conversation, since))
    known = colleagues(session, conversation.organisation_id) if notes else ()
    entries += [_note(n, reader, known) for n in notes]
    entries.sort(key=lambda entry: entry.at)
    return Thread(tuple(_with_days(entries, reader.now.date())), total - len(messages))


def _others(session: Session, table: Any, conversation: Conversation, since: datetime | None) -> Iterable[Any]:
    wanted = select(table).where(table.conversation_id == conversation.id).options(joinedload(table.adviser))
    if since is not None:
        wanted = wanted.where(table.at >= since)
    return session.scalars(wanted.order_by(table.id))


def _with_days(entries: list[Entry], today: date) -> Iterator[Entry]:
    before: date | None = None
    for entry in entries:
        day = entry.at.date()
        if day != before:
            yield Entry(f"d-{day}", "day", entry.at, text=day_heading(day, today))
        before = day
        yield entry


def _message(
    message: Message, correction: Correction | None, next_try: datetime | None, reader: Reader, deeds: Deeds
) -> Entry:
    waits = deeds.waits.get(message.id)
    status = status_of(message, reader.now, next_try) if message.direction == "out" else None
    return Entry(
        key=f"m-{message.id}",
        kind="message",
        at=shown_at(message),
        author=_author(message, reader),
        by=message.author,
        text=message.body,
        language=str((message.heard or {}).get("language") or "da") if message.direction == "in" else "da",
        status=Status(waits.words, is_lost=True) if waits and waits.words else status,
        heard=heard_row(message, correction),
        notices=_notices(message),
        is_automatic=message.direction == "out" and message.bulk,
        waits=waits,
        lost=deeds.lost.get(message.id),
    )


def _author(message: Message, reader: Reader) -> str:
    match message.author:
        case "resident":
            return first_name(reader.resident) or said("Ukendt nummer")
        case "wave":
            return said("Bølgen")
        case "adviser":
            if message.adviser_id == reader.adviser_id:
                return said("Du")
            return first_name(message.adviser.name) if message.adviser else said("En rådgiver")
        case _:
            return said("Botten")


def _notices(message: Message) -> tuple[str, ...]:
    found = []
    if message.media:
        pictures = said("Et billede") if message.media == 1 else f"{message.media} billeder"
        found.append(said("{pictures} kom med. Vi henter og gemmer ikke billeder", pictures=pictures))
    if message.cpr_removed:
        found.append(said("Et CPR-nummer er fjernet og ikke gemt"))
    return tuple(found)


def _marker(marker: Marker, reader: Reader) -> Entry:
    detail = {key: str(value) for key, value in marker.detail.items()}
    if "reason" in detail:
        detail["reason"] = lowered(word("reasons", detail["reason"]))
    if "why" in detail:
        detail["why"] = word("refusals", detail["why"])
    if "outcome" in detail:
        detail["outcome"] = lowered(word("outcomes", detail["outcome"]))
    if "monthly" in detail and detail["monthly"].isdecimal():
        detail["monthly"] = f"{int(detail['monthly']):,}".replace(",", ".")
    if "topic" in detail:
        detail["topic"] = lowered(word("resume_topics", detail["topic"]))
    if marker.kind == "snoozed":
        detail["until"] = ahead(datetime.fromisoformat(detail["until"]), marker.at)
    if isinstance(intents := marker.detail.get("intents"), list):
        detail["intents"] = ", ".join(word("heard", name) for name in intents)
    detail["who"] = _who(marker, reader)
    kind = marker.kind if knows("markers", marker.kind) else "fallback"
    phrase = catalogue()["markers"][kind].format_map(_Blank(detail))
    return Entry(f"k-{marker.id}", "marker", marker.at, pieces=emphasis(phrase))


def _who(marker: Marker, reader: Reader) -> str:
    if marker.adviser_id == reader.adviser_id:
        return said("Du")
    return first_name(marker.adviser.name) if marker.adviser else said("Botten")


def _note(note: Note, reader: Reader, known: Sequence[Colleague]) -> Entry:
    author = said("Din") if note.adviser_id == reader.adviser_id else genitive(first_name(note.adviser.name))
    found = pieces(note.body, known)
    return Entry(f"n-{note.id}", "note", note.at, author=author, text=note.body, pieces=found)


class _Blank(dict[str, str]):
    """A detail that an older marker does not have is left out of the sentence."""

    def __missing__(self, key: str) -> str:
        return ""
