"""The list of our texts by topic, narrowed to what somebody looks for. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.dialogs import texts
from bot.dialogs.sources import Kept, kept
from bot.models import Organisation, SourceCheck
from handoff.text_rows import checked_words, due_words, newest_checks, standing_of
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to."""

    words: str = ""
    topic: str = ""
    only: str = ""  #: due, own or draft


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text in the list."""

    key: str
    topic: str
    body: str  #: what is said now, in Danish
    is_fixed: bool
    is_own: bool
    has_draft: bool
    due: tuple[str, ...]
    source: str  #: the first one, and when it was checked


@dataclass(frozen=True, slots=True)
class TextList:
    """The texts that were asked for, by topic, and how many there are of each sort in all."""

    groups: tuple[tuple[str, tuple[TextRow, ...]], ...]
    topics: tuple[tuple[str, str], ...]
    total: int
    counts: Mapping[str, int]


def read_list(session: Session, organisation: Organisation, asked: Asked, today: date) -> TextList:
    """All texts, narrowed to what was asked for."""
    wordings = session.scalars(standing_of(organisation.id)).all()
    own = {w.key: w.body for w in wordings if w.status == "live" and w.language == texts.FALLBACK}
    sorts = {(w.key, w.status) for w in wordings}
    checks = newest_checks(session, organisation.id)
    rows = [
        TextRow(
            key=key,
            topic=topic,
            body=own.get(key, texts.catalogue(texts.FALLBACK)[key]),
            is_fixed=texts.is_fixed(key),
            is_own=(key, "live") in sorts,
            has_draft=(key, "draft") in sorts,
            due=due_words(kept().get(key), today, checks.get(key)),
            source=_source(kept().get(key), checks.get(key), today),
        )
        for topic, keys in texts.topics().items()
        for key in keys
    ]
    found = [row for row in rows if _is_asked(row, asked)]
    groups = [(topic, tuple(row for row in found if row.topic == topic)) for topic in texts.topics()]
    return TextList(
        groups=tuple((word("topics", topic), its) for topic, its in groups if its),
        topics=tuple((topic, word("topics", topic)) for topic in texts.topics()),
        total=len(found),
        counts={"due": _count(rows, "due"), "own": _count(rows, "own"), "draft": _count(rows, "draft")},
    )


def _is_asked(row: TextRow, asked: Asked) -> bool:
    is_sort = {"due": bool(row.due), "own": row.is_own, "draft": row.has_draft}.get(asked.only, True)
    needle = asked.words.casefold().strip()
    is_said = needle in row.body.casefold() or needle in row.key or needle in row.source.casefold()
    return is_sort and is_said and asked.topic in ("", row.topic)


def _count(rows: Iterable[TextRow], sort: str) -> int:
    return sum(_is_asked(row, Asked(only=sort)) for row in rows)


def _source(text: Kept | None, check: SourceCheck | None, today: date) -> str:
    return "" if text is None else f"{text.sources[0]} · {checked_words(text, check, today)}"
