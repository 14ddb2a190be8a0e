"""A whole talk as a PDF: who wrote what and when, how far it came, what happened in between. Notes only when asked for.

It is personal data that leaves the house: that it was made is written down in the transaction of the reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import typst
from sqlalchemy.orm import Session

from bot.models import AuditEvent, Conversation
from bot.sms import national
from handoff.formats import clock, full_day
from handoff.handoffs import Acting
from handoff.threads import Entry, Reader, read_thread
from handoff.wording import word

_HERE = Path(__file__).parent.parent
_LETTERS = _HERE / "letters"
_FONTS = _HERE / "static" / "vendor" / "plex"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def read_talk(
    session: Session, acting: Acting, conversation: Conversation, now: datetime, *, notes: bool
) -> dict[str, object]:
    """All that is printed, in words; the reading is audited."""
    case = conversation.case
    name = case.resident.name if case else national(conversation.phone)
    thread = read_thread(session, conversation, Reader(0, now, name if case else ""), whole=True)
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=conversation.organisation_id,
            action="transcript_printed",
            subject=f"conversation:{conversation.id}",
            detail={"notes": notes},
        )
    )
    number = national(conversation.phone)
    about = [f"{word('transcript', 'number')} {number}"] if case else []
    about.append(word("transcript", "with_notes" if notes else "without_notes"))
    return {
        "title": f"{word('transcript', 'title')} {name}",
        "organisation": conversation.organisation.name,
        "reference": f"{word('transcript', 'case')} {case.case_ref}" if case else number,
        "printed": f"{word('transcript', 'printed')} {acting.name}, {_day(now)} {clock(now)}",
        "about": about,
        "empty": word("transcript", "empty"),
        "entries": list(_entries(thread.entries, notes=notes)),
    }


def print_talk(talk: dict[str, object]) -> bytes:
    """The PDF."""
    made = typst.compile(
        str(_LETTERS / "transcript.typ"),
        root=str(_LETTERS),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"talk": json.dumps(talk)},
    )
    return made if isinstance(made, bytes) else b""


def _entries(entries: tuple[Entry, ...], *, notes: bool) -> Iterator[dict[str, object]]:
    for entry in entries:
        if entry.kind == "note" and not notes:
            continue
        if entry.kind == "day":
            yield {"kind": "day", "text": _day(entry.at)}
        elif entry.kind == "marker":
            yield {"kind": "marker", "text": "".join(text for text, _ in entry.pieces), "time": entry.time}
        else:
            yield _message(entry)


def _message(entry: Entry) -> dict[str, object]:
    status = entry.status
    below = [status.words, status.segments] if status else []
    author = f"{entry.author} {word('transcript', 'note')}" if entry.kind == "note" else entry.author
    return {
        "kind": "message",
        "author": author,
        "time": entry.time,
        "text": entry.text,
        "below": " · ".join(filter(None, [*below, *entry.notices])),
        "rtl": bool(_RIGHT_TO_LEFT.search(entry.text)),
    }


def _day(at: datetime) -> str:
    words = f"{full_day(at.date())} {at.year}"
    return words[:1].upper() + words[1:]
