"""One text's page: what is said in each language, what waits, its sources, and who did what. Reads only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogs import texts
from bot.dialogs.contacts import contacts, numbers_in, packed
from bot.dialogs.lints import objections
from bot.dialogs.sources import Kept, kept, spared
from bot.models import COPENHAGEN, Organisation, SourceCheck, Wording
from handoff.formats import first_name, moment
from handoff.handoffs import Acting
from handoff.saying import said
from handoff.text_previews import Preview, Sign, preview, signs, written_values
from handoff.text_rows import checked_words, checks_of, due_words, wordings_of
from handoff.wording import word

#: What a key ends with where the same is said in another form.
_FORMS = re.compile(r"(\.full|\.short|_short|_again|_no_name|_no_number|_no_kommune|_other_language)+$")


@dataclass(frozen=True, slots=True)
class Standing:
    """A wording that is said or waits, who wrote it and when, and what may be done with it."""

    id: int
    body: str
    told: str
    preview: Preview
    signs: tuple[Sign, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class TextInLanguage:
    """One language of a text's page."""

    language: str
    ours: str
    said: Preview
    live: Standing | None
    draft: Standing | None
    written: str  #: what stands in the field
    places: Mapping[str, tuple[str, str]]
    trial: Preview | None = None
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class TextPage:
    """One text with all that is known about it."""

    key: str
    topic: str
    is_fixed: bool
    languages: tuple[TextInLanguage, ...]
    sources: tuple[str, ...]
    without_source: str  #: why there is none
    sisters: tuple[tuple[str, str], ...]  #: other forms of the same, by key, with their words
    note: str
    checked: str
    due: tuple[str, ...]
    may_check: bool
    history: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What somebody is writing and wants to see, or what was refused."""

    language: str
    body: str


def read_text(
    session: Session, acting: Acting, organisation: Organisation, key: str, now: datetime, trial: Trial | None = None
) -> TextPage:
    """One text, with what is being written in it."""
    today, text = now.astimezone(COPENHAGEN).date(), kept().get(key)
    wordings = session.scalars(wordings_of(organisation.id).where(Wording.key == key)).all()
    checks = session.scalars(checks_of(organisation.id).where(SourceCheck.key == key)).all()
    newest = checks[-1] if checks else None
    topic = next(topic for topic, keys in texts.topics().items() if key in keys)
    return TextPage(
        key=key,
        topic=word("topics", topic),
        is_fixed=texts.is_fixed(key),
        languages=tuple(
            _in_language(acting, organisation, key, code, wordings, now, trial) for code in texts.LANGUAGES
        ),
        sources=_sources(text, texts.catalogue(texts.FALLBACK)[key]),
        without_source=spared().get(key) or word("without_source", "none"),
        sisters=_sisters(key),
        note=text.note if text else "",
        checked=checked_words(text, newest, today) if text else "",
        due=due_words(text, today, newest),
        may_check=text is not None and acting.is_admin,
        history=_history(wordings, checks, now),
    )


def _sisters(key: str) -> tuple[tuple[str, str], ...]:
    """Texts that stand for one another: in full and in short, with a name or a number and without."""
    ours = texts.catalogue(texts.FALLBACK)
    return tuple((other, ours[other]) for other in ours if other != key and _base(other) == _base(key))


def _base(key: str) -> str:
    return _FORMS.sub("", key)


def _sources(text: Kept | None, body: str) -> tuple[str, ...]:
    """The sources of a text, and those of the numbers that it names."""
    by_number = {packed(contact.number): contact for contact in contacts().values()}
    named = [by_number[number] for number in numbers_in(body) if number in by_number]
    return (*(text.sources if text else ()), *(f"{c.number}, {c.name}: {c.source}" for c in named))


def _in_language(
    acting: Acting,
    organisation: Organisation,
    key: str,
    language: str,
    wordings: Sequence[Wording],
    now: datetime,
    trial: Trial | None,
) -> TextInLanguage:
    standing = {w.status: w for w in wordings if w.language == language}
    live, draft = standing.get("live"), standing.get("draft")
    ours = texts.catalogue(language)[key]
    said = live.body if live else ours
    is_tried = trial is not None and trial.language == language
    tried = trial.body if trial is not None and is_tried else ""
    found = objections(key, language, tried) if is_tried else []
    is_good = is_tried and not any(finding.is_refused for finding in found)
    return TextInLanguage(
        language=language,
        ours=ours,
        said=preview(key, language, said, organisation.name),
        live=_standing_words(acting, organisation, live, now) if live else None,
        draft=_standing_words(acting, organisation, draft, now) if draft else None,
        written=tried if is_tried else (draft.body if draft else said),
        places=written_values(key, language, organisation.name),
        trial=preview(key, language, tried, organisation.name) if is_good else None,
        signs=signs(found),
    )


def _standing_words(acting: Acting, organisation: Organisation, wording: Wording, now: datetime) -> Standing:
    told = said("Skrevet af {who}, {when}.", who=first_name(wording.author.name), when=moment(wording.at, now))
    if wording.approved_by is not None and wording.approved_at is not None:
        told += said(
            " Godkendt af {who}, {when}.",
            who=first_name(wording.approved_by.name),
            when=moment(wording.approved_at, now),
        )
    return Standing(
        id=wording.id,
        body=wording.body,
        told=told,
        preview=preview(wording.key, wording.language, wording.body, organisation.name),
        signs=signs(objections(wording.key, wording.language, wording.body)),
        is_mine=wording.author_id == acting.adviser_id,
    )


def _history(wordings: Sequence[Wording], checks: Sequence[SourceCheck], now: datetime) -> tuple[str, ...]:
    """Who did what and when, the newest first, each with the words it was about."""
    lines: list[tuple[datetime, str]] = [
        (check.at, said("{name} kontrollerede kilden", name=check.adviser.name)) for check in checks
    ]
    for wording in wordings:
        what = f"{word('languages', wording.language)}: {wording.body}"
        lines.append((wording.at, said("{name} skrev en kladde på {what}", name=wording.author.name, what=what)))
        if wording.approved_at is not None and wording.approved_by is not None:
            lines.append((wording.approved_at, f"{wording.approved_by.name} godkendte {what}"))
        if wording.ended_at is not None and wording.ended_by is not None:
            verb = word("wording_ended", f"{wording.status}_{'live' if wording.approved_at else 'draft'}")
            lines.append((wording.ended_at, f"{wording.ended_by.name} {verb} {what}"))
    in_order = sorted(lines, key=lambda line: line[0])
    return tuple(f"{moment(at, now)}: {line}" for at, line in reversed(in_order))
