"""What an adviser keeps for themselves about the queue: their views, and whether single keys do something."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.models import Adviser, SavedView
from handoff import saved_views
from handoff.filters import read_choice
from handoff.frame import ID, guard, page
from handoff.inbox import this_moment
from handoff.login import database, me, safe_next
from handoff.preferences import changed
from handoff.saved_views import ViewRefused, read_views
from handoff.wording import word

blueprint = Blueprint("views", __name__, template_folder="templates")
guard(blueprint)


@blueprint.get("/inbox/views")
def home() -> ResponseReturnValue:
    """Visninger: give them another name, or throw them away."""
    return _show(200)


@blueprint.post("/inbox/views")
def save() -> ResponseReturnValue:
    """Gem visningen: the list that the address names."""
    name, choice = request.form.get("name", ""), read_choice(request.args, me().organisations)
    with database().write() as session:
        result = saved_views.save(session, me().acting, name, choice, this_moment())
    if isinstance(result, ViewRefused):
        return _show(422, result, name, url_for("views.save", **choice.kept()))
    return redirect(url_for("inbox.queue_page", **choice.kept()), 303)


@blueprint.post(f"/inbox/views/<{ID}:view_id>/rename")
def rename(view_id: int) -> ResponseReturnValue:
    """Gem navnet."""
    name = request.form.get("name", "")
    with database().write() as session:
        result = saved_views.rename(session, me().acting, view_id, name)
    return _answer(result, name, url_for("views.rename", view_id=view_id))


@blueprint.post(f"/inbox/views/<{ID}:view_id>/delete")
def delete(view_id: int) -> ResponseReturnValue:
    """Slet."""
    with database().write() as session:
        result = saved_views.delete(session, me().acting, view_id)
    return _answer(result, "", "")


@blueprint.post("/me/keyboard")
def keyboard() -> ResponseReturnValue:
    """Genveje: single keys do something, or nothing."""
    with database().write() as session:
        adviser = session.get_one(Adviser, me().adviser_id)
        adviser.preferences = changed(adviser.preferences, keyboard=request.form.get("keyboard") == "on")
    return redirect(safe_next(request.form.get("back")), 303)


def _answer(result: SavedView | ViewRefused, name: str, action: str) -> ResponseReturnValue:
    if not isinstance(result, ViewRefused):
        return redirect(url_for("views.home"), 303)
    return abort(404) if result.why == "not_found" else _show(422, result, name, action)


def _show(status: int, refused: ViewRefused | None = None, name: str = "", action: str = "") -> ResponseReturnValue:
    """The list of views; after a refusal with the reason beside what was written."""
    problem = word("view_refused", refused.why) if refused else ""
    with database().read() as session:
        views = read_views(session, me().acting, None, me().organisations)
        return page(session, "inbox", "views", status=status, views=views, problem=problem, name=name, action=action)
