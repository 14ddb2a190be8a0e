"""The texts of one turn as one SMS of at most two segments: what gives way to what when there is much to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.dialogs import texts
from bot.dialogs.effects import Say


@dataclass(slots=True)
class Draft:
    """What a turn wants to say, by its weight; the order of the fields is the order in the SMS."""

    before: list[Say] = field(default_factory=list)  #: a CPR number was removed
    warm: list[Say] = field(default_factory=list)  #: half a sentence that says it was heard
    answers: list[tuple[Say, Say]] = field(default_factory=list)  #: in full, and short
    fixed: list[Say] = field(default_factory=list)
    question: Say | None = None
    reminder: Say | None = None  #: the open question once more, after a digression

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.warm or self.answers or self.fixed or self.question)


def compose(draft: Draft, own: texts.Own = texts.OURS) -> tuple[Say, ...]:
    """The richest form that fits. In the organisation's own words only where these say no less than ours would.

    Else the form for ours: own words that do not fit in it give way (see ``texts.render``).
    """
    ours, _ = _richest(draft, texts.OURS)
    theirs, fits = _richest(draft, own) if own else (ours, True)
    return theirs if fits and len(theirs) >= len(ours) else ours


def _richest(draft: Draft, words: texts.Own) -> tuple[tuple[Say, ...], bool]:
    """The first form that fits, said in these words; where none does, the least one, and False."""
    last: tuple[Say, ...] = ()
    for last in (*_forms(draft, words), *_forms(_in_fewer_words(draft), words)):
        if all(len(texts.written(last, language, words)) <= texts.LIMIT for language in texts.LANGUAGES):
            return last, True
    return last, False


def _in_fewer_words(draft: Draft) -> Draft:
    """The same in the ``_short`` sisters of what must be said, where there are any."""
    return replace(draft, before=_fewer(draft.before), fixed=_fewer(draft.fixed))


def _fewer(says: Sequence[Say]) -> list[Say]:
    sisters = [(said, f"{said.text}_short") for said in says]
    return [replace(said, text=sister) if texts.has(sister) else said for said, sister in sisters]


def _forms(draft: Draft, own: texts.Own) -> Iterator[tuple[Say, ...]]:
    """From everything in full to the least that may be said: what was asked again is left out first."""
    full, short = [full for full, _ in draft.answers], [short for _, short in draft.answers]
    warm, end = draft.warm[:1], [draft.question] if draft.question else []
    reminder = [draft.reminder] if draft.reminder and not draft.question else []
    for answers in (full, short):
        yield _joined(draft, own, warm, answers, end or reminder)
    yield _joined(draft, own, warm, full, end)
    yield _joined(draft, own, [], short, end or reminder)
    yield _joined(draft, own, warm, short, end)
    for count in range(len(short), -1, -1):
        yield _joined(draft, own, [], short[:count], end)
    for count in range(1, len(draft.fixed)):
        yield (*draft.before, *draft.fixed[count:], *end)


def _joined(
    draft: Draft, own: texts.Own, warm: Sequence[Say], answers: Sequence[Say], end: Sequence[Say]
) -> tuple[Say, ...]:
    rest = (*answers, *draft.fixed, *end)
    return (*draft.before, *(() if _thanks(warm[:1], own) and _thanks(rest[:1], own) else warm), *rest)


def _thanks(says: Sequence[Say], own: texts.Own) -> bool:
    """Begins with thanks, which are given once in an SMS."""
    return any(texts.written([said], own=own).startswith("Tak") for said in says)
