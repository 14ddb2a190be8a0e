"""/search: people, cases and what was written. No word of a search stands in an address (see ``sealed``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.search_build import is_finished
from bot.search_index import SearchIndex
from bot.search_words import asked
from handoff.frame import guard, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.search.find import Finder
from handoff.search.sealed import Search, read_search, seal, unseal
from handoff.search.show import Hit, Reader, show_people, show_written

Part = Literal["", "people", "written"]

blueprint = Blueprint("search", __name__, url_prefix="/search", template_folder="../templates")

guard(blueprint)

_SUGGESTED = 7
_BOTH = 8  #: of each kind, when both are shown
_PAGE = 20
_LAST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One kind of what was found, a page of it, and whether there is more."""

    hits: tuple[Hit, ...] = ()
    more: bool = False


@blueprint.get("")
def home() -> ResponseReturnValue:
    """What a sealed search leads to; without one, the empty field."""
    sealed = request.args.get("s", "")
    search = unseal(_secret(), me().adviser_id, sealed, this_moment()) if sealed else Search()
    part: Part = "people" if (told := request.args.get("part")) == "people" else "written" if told == "written" else ""
    with database().read() as session:
        return _show(session, search or Search(), part, _number(), sealed, is_old=search is None)


@blueprint.post("")
def look() -> ResponseReturnValue:
    """Seal what was typed, and go to where it leads."""
    search = read_search(*(request.form.get(name, "") for name in ("q", "organisation", "standing")))
    if not search.words:
        return redirect(url_for("search.home"), 303)
    return redirect(url_for("search.home", s=seal(_secret(), me().adviser_id, search, this_moment())), 303)


@blueprint.post("/suggest")
def suggest() -> ResponseReturnValue:
    """People and cases, while one types: a part of a page."""
    search = read_search(request.form.get("q", ""), "", "")
    with database().read() as session:
        index, hits = database().index, tuple[Hit, ...]()
        if index is not None and (finder := _finder(session, index, search)).terms:
            hits = _people(finder, search, _SUGGESTED, 0).hits
        return render_template("handoff/search_list.html", hits=hits, search=search)


def _show(
    session: Session, search: Search, part: Part, number: int, sealed: str, *, is_old: bool
) -> ResponseReturnValue:
    index = database().index
    people, written = Found(), Found()
    if index is not None and (finder := _finder(session, index, search)).terms:
        size = _PAGE if part else _BOTH
        offset = (number - 1) * _PAGE if part else 0
        people = _people(finder, search, size, offset) if part != "written" else people
        written = _written(finder, size, offset) if part != "people" else written
    return page(
        session,
        "search",
        "search",
        search=search,
        sealed=sealed,
        part=part,
        number=number,
        people=people,
        written=written,
        is_old=is_old,
        is_ready=index is not None and is_finished(session, index),
    )


def _people(finder: Finder, search: Search, size: int, offset: int) -> Found:
    cases = finder.cases(search.words, size + 1, offset)
    numbers = finder.numbers(size) if len(cases) <= size and not offset else ()
    hits = show_people(_reader(finder), cases[:size], numbers)
    return Found(hits, len(cases) > size)


def _written(finder: Finder, size: int, offset: int) -> Found:
    conversations = finder.conversations(size + 1, offset)
    return Found(show_written(_reader(finder), conversations[:size]), len(conversations) > size)


def _finder(session: Session, index: SearchIndex, search: Search) -> Finder:
    """Bound to the adviser's organisations; to one of them, when that is chosen."""
    mine = me().acting.organisations
    chosen = mine & {search.organisation} if search.organisation else mine
    return Finder(session, index, chosen, search.standing, asked(search.words))


def _reader(finder: Finder) -> Reader:
    names = me().organisations if len(me().organisations) > 1 else {}
    return Reader(finder.session, me().acting, finder.terms, this_moment(), names)


def _number() -> int:
    told = request.args.get("page", "")
    known = told.isascii() and told.isdecimal() and len(told) < 4
    return min(max(int(told), 1), _LAST_PAGE) if known else 1


def _secret() -> str:
    """What signs the sessions seals the searches."""
    return str(current_app.secret_key)
