"""The piece of a text around what was searched for, with what was found marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.search_words import Term, case_words, exact, phones, written_words

#: Some of a text, and whether it was found.
Piece = tuple[str, bool]
_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+(?:[^\w\s]+[^\W_]+)*")
_NUMBER = re.compile(r"\+?\d[\d .-]{6,}\d")
_BEFORE, _LENGTH = 50, 170


def in_name(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """A name, an address or a case number with what was found of it."""
    whos = {term.who for term in terms if term.who}
    return _pieces(text, lambda chunk: bool(whos & case_words(chunk)))


def in_phone(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """A number, all of it marked when it was asked for."""
    digits = exact(text)
    return ((text, any(term.phone and term.phone in digits for term in terms)),)


def snippet(text: str, terms: Sequence[Term]) -> tuple[Piece, ...] | None:
    """The piece of a message around the first word that was found; None when none of them stands in it."""
    one_line = " ".join(text.split())
    wanted = {term.written for term in terms if term.written}
    numbers = {term.phone for term in terms if term.phone}
    pieces = _pieces(one_line, lambda chunk: bool(wanted & written_words(chunk)))
    if not any(found for _, found in pieces):
        pieces = _spans(one_line, [m.span() for m in _NUMBER.finditer(one_line) if phones(m[0]) & numbers])
    return _cut(pieces) if any(found for _, found in pieces) else None


def _pieces(text: str, is_found: Callable[[str], bool]) -> tuple[Piece, ...]:
    spans = []
    for chunk in _CHUNK.finditer(text):
        if is_found(chunk[0]):
            inner = _WORD.search(chunk[0])
            start, end = inner.span() if inner else (0, len(chunk[0]))
            spans.append((chunk.start() + start, chunk.start() + end))
    return _spans(text, spans)


def _spans(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])


def _cut(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Not more than a few lines, from some words before the first that was found."""
    before = pieces[0][0] if not pieces[0][1] else ""
    rest = pieces[1:] if before else pieces
    kept: list[Piece] = [(_end_of(before), False)] if before else []
    left = _LENGTH
    for text, found in rest:
        kept.append((text if found or len(text) <= left else _start_of(text, left), found))
        left -= len(text)
        if left <= 0:
            break
    return tuple(kept)


def _end_of(text: str) -> str:
    return text if len(text) <= _BEFORE else "… " + text[-_BEFORE:].partition(" ")[2]


def _start_of(text: str, length: int) -> str:
    return text[: max(length, 0)].rpartition(" ")[0] + " …"
