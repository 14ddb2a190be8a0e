"""/admin: the pages on what we say to residents. Reading is open to every adviser of the organisation; so is writing a
draft. What is said and what was checked is an admin's, and never the author's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.dialogs import texts
from bot.models import Organisation, SourceCheck, Wording
from handoff import own_texts
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.language_list import read_languages
from handoff.login import database, me
from handoff.own_texts import Place, TextRefused, tidy
from handoff.text_list import Asked, read_list
from handoff.text_page import Trial, read_text
from handoff.wording import word

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

guard(blueprint)

_TEXTS = f"/<{ID}:organisation_id>/texts"
_WORDING = f"{_TEXTS}/<key>/wordings/<{ID}:wording_id>"
_CONFLICTS = frozenset({"not_standing", "no_change"})
_Kept = TypeVar("_Kept", Wording, SourceCheck)


@blueprint.get("")
def home() -> ResponseReturnValue:
    """The texts of the first organisation."""
    first = min(me().organisations, default=None)
    return redirect(url_for("admin.text_list", organisation_id=first)) if first else abort(404)


@blueprint.get(_TEXTS)
def text_list(organisation_id: int) -> ResponseReturnValue:
    """All texts by topic, with a search."""
    asked = Asked(*(request.args.get(name, "")[:100] for name in ("q", "topic", "only")))
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        found = read_list(session, organisation, asked, this_moment().date())
        return _page(session, "texts", organisation, found=found, asked=asked)


@blueprint.get(f"{_TEXTS}/<key>")
def text(organisation_id: int, key: str) -> ResponseReturnValue:
    """One text."""
    return _show(organisation_id, key)


@blueprint.get(f"/<{ID}:organisation_id>/languages")
def languages(organisation_id: int) -> ResponseReturnValue:
    """The languages we write in."""
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        return _page(session, "languages", organisation, languages=read_languages(organisation))


@blueprint.post(f"{_TEXTS}/<key>/<language>/draft")
def draft(organisation_id: int, key: str, language: str) -> ResponseReturnValue:
    """Gem som kladde, or only Se den."""
    body = request.form.get("body", "")[:2000]
    trial = Trial(language, tidy(body))
    if request.form.get("action") == "look":
        return _show(organisation_id, key, trial)
    place = Place(organisation_id, key, language)
    result = _do(lambda session: own_texts.save_draft(session, me().acting, place, body, this_moment()))
    return _answer(organisation_id, key, result, trial)


@blueprint.post(f"{_WORDING}/approve")
def approve(organisation_id: int, key: str, wording_id: int) -> ResponseReturnValue:
    """Godkend."""
    _check_address(organisation_id, key, wording_id)
    result = _do(lambda session: own_texts.approve(session, me().acting, wording_id, this_moment()))
    return _answer(organisation_id, key, result)


@blueprint.post(f"{_WORDING}/withdraw")
def withdraw(organisation_id: int, key: str, wording_id: int) -> ResponseReturnValue:
    """Gå tilbage til vores tekst, or Drop kladden."""
    _check_address(organisation_id, key, wording_id)
    result = _do(lambda session: own_texts.withdraw(session, me().acting, wording_id, this_moment()))
    return _answer(organisation_id, key, result)


@blueprint.post(f"{_TEXTS}/<key>/checked")
def checked(organisation_id: int, key: str) -> ResponseReturnValue:
    """Kontrolleret i dag."""
    result = _do(lambda session: own_texts.record_check(session, me().acting, organisation_id, key, this_moment()))
    return _answer(organisation_id, key, result)


def _check_address(organisation_id: int, key: str, wording_id: int) -> None:
    """A wording is reached under its own text and organisation only."""
    with database().read() as session:
        wording = session.get(Wording, wording_id)
    if wording is None or (wording.organisation_id, wording.key) != (organisation_id, key):
        abort(404)


def _do(use_case: Callable[[Session], _Kept | TextRefused]) -> _Kept | TextRefused:
    with database().write() as session:
        return use_case(session)


def _answer(
    organisation_id: int, key: str, result: Wording | SourceCheck | TextRefused, trial: Trial | None = None
) -> ResponseReturnValue:
    """The text again; a refusal keeps what was written and says why."""
    if not isinstance(result, TextRefused):
        return redirect(url_for("admin.text", organisation_id=organisation_id, key=key), 303)
    if result.why == "text_not_found":
        abort(404)
    if result.why == "not_admin":
        abort(403)
    status = 409 if result.why in _CONFLICTS else 422
    return _show(organisation_id, key, trial, word("refused", result.why), status)


def _show(
    organisation_id: int, key: str, trial: Trial | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    if not texts.has(key) or (trial is not None and trial.language not in texts.LANGUAGES):
        abort(404)
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        shown = read_text(session, me().acting, organisation, key, this_moment(), trial)
        return _page(session, "text", organisation, text=shown, problem=problem, status=status)


def _page(
    session: Session, name: str, organisation: Organisation, status: int = 200, **parts: object
) -> ResponseReturnValue:
    return page(session, "setup", f"admin_{name}", status=status, organisation=organisation, **parts)
