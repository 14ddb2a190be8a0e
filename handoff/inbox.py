"""The inbox's pages, and the parts of them that are fetched again when something happens. Reading only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from handoff.alarms import read_band
from handoff.carried import this_choice
from handoff.case_work.forms import Editing
from handoff.desk import Desk, find_conversation, read_desk
from handoff.estimates import Calculator
from handoff.filters import language_choices, read_folder, reason_choices
from handoff.folders import FOLDERS, counts, left_past_deadline, newest_event
from handoff.heard import Editor, read_editor
from handoff.incidents import read_notices
from handoff.login import database, login_manager, me
from handoff.mentions import see_mentions, unseen_in
from handoff.queue import read_queue
from handoff.saved_views import read_views
from handoff.task_list import due_count
from handoff.wording import catalogue
from handoff.writing import Signs

blueprint = Blueprint("inbox", __name__, template_folder="templates")


@blueprint.before_request
def _behind_the_login() -> ResponseReturnValue | None:
    return None if me().is_authenticated else login_manager.unauthorized()


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    """Pages with residents in them are kept in no cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The inbox is where an adviser begins."""
    return redirect(url_for("inbox.queue_page"))


@blueprint.get("/inbox")
def queue_page() -> ResponseReturnValue:
    """A folder, with no conversation open."""
    return show_page(None)


@blueprint.get("/inbox/<int(max=9223372036854775807):conversation_id>")
def conversation_page(conversation_id: int) -> ResponseReturnValue:
    """A folder with one conversation open; what named this adviser in it is seen now."""
    _see_mentions(conversation_id)
    return show_page(conversation_id)


def _see_mentions(conversation_id: int) -> None:
    with database().read() as session:
        is_named = bool(unseen_in(session, me().acting.adviser_id, [conversation_id]))
    if is_named:
        with database().write() as session:
            see_mentions(session, me().acting.adviser_id, conversation_id, this_moment())


@blueprint.get("/inbox/live")
def live_queue() -> ResponseReturnValue:
    """The folders, the crisis band and the rows, as they stand now."""
    now = this_moment()
    with database().read() as session:
        return render_template("handoff/live_queue.html", **_queue(session, now))


@blueprint.get("/inbox/<int(max=9223372036854775807):conversation_id>/live")
def live_conversation(conversation_id: int) -> ResponseReturnValue:
    """One conversation, as it stands now."""
    now = this_moment()
    with database().read() as session:
        desk = _desk(session, conversation_id, now)
        editor = _editor(session, conversation_id, now)
    folder = read_folder(request.args.get("folder"))
    return render_template("handoff/live_desk.html", desk=desk, folder=folder, editor=editor)


def show_page(
    conversation_id: int | None,
    *,
    problem: str = "",
    draft: str = "",
    note: str = "",
    status: int = 200,
    editor: Editor | None = None,
    calculator: Calculator | None = None,
    editing: Editing | None = None,
    signs: Signs | None = None,
) -> ResponseReturnValue:
    """The whole page; after a refusal with the reason and what was written, so that nothing is lost."""
    now = this_moment()
    with database().read() as session:
        newest = newest_event(session)
        parts = _queue(session, now)
        desk = _desk(session, conversation_id, now) if conversation_id else None
        editor = editor or (_editor(session, conversation_id, now) if conversation_id else None)
    page = render_template(
        "handoff/inbox.html",
        **parts,
        desk=desk,
        editor=editor,
        calculator=calculator,
        editing=editing,
        signs=signs,
        newest=newest,
        problem=problem,
        draft=draft,
        note=note,
        writes_note=bool(note) or request.args.get("compose") == "note",
    )
    return make_response(page, status)


def this_moment() -> datetime:
    """Now, by the clock that the app was registered with."""
    now: datetime = current_app.extensions["handoff_clock"]()
    return now


def _queue(session: Session, now: datetime) -> Mapping[str, object]:
    acting, choice = me().acting, this_choice()
    return {
        "now": now,
        "folder": choice.folder,
        "choice": choice,
        "folders": FOLDERS,
        "languages": language_choices(),
        "reasons": reason_choices(),
        "orders": tuple(catalogue()["orders"].items()),
        "views": read_views(session, acting, choice, me().organisations),
        "counts": counts(session, acting, now, choice.organisation),
        "past_deadline": left_past_deadline(session, acting, now.date(), choice.organisation),
        "queue": read_queue(session, acting, choice, now),
        "band": read_band(session, acting),
        "notices": read_notices(session, acting, now),
        "tasks_due": due_count(session, acting, now.date()),
        "open_id": (request.view_args or {}).get("conversation_id"),
    }


def _desk(session: Session, conversation_id: int, now: datetime) -> Desk:
    conversation = find_conversation(session, me().acting, conversation_id)
    if conversation is None:
        abort(404)
    return read_desk(session, me().acting, conversation, now, whole=request.args.get("all") == "1")


def _editor(session: Session, conversation_id: int, now: datetime) -> Editor | None:
    """What was heard in a message, to be corrected, when the address asks for it."""
    wanted = request.args.get("correct", "")
    conversation = find_conversation(session, me().acting, conversation_id)
    if conversation is None or not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 19):
        return None
    return read_editor(session, conversation, int(wanted), now)
