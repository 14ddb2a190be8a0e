"""The case edited in place, and the talk as a PDF. A form that no longer stands as it was drawn answers 409 and keeps
what was typed."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from handoff.case_work.edits import edit as edit_case
from handoff.case_work.edits import read_editing
from handoff.case_work.forms import EditRefused
from handoff.case_work.transcripts import print_talk, read_talk
from handoff.desk import find_conversation
from handoff.filters import read_folder
from handoff.frame import ID, guard
from handoff.inbox import show_page, this_moment
from handoff.login import database, me
from handoff.wording import word

blueprint = Blueprint("case", __name__, template_folder="templates")

guard(blueprint)

_THREAD = f"/inbox/<{ID}:conversation_id>"
_CONFLICTS = frozenset({"changed", "gone"})


@blueprint.get(f"{_THREAD}/edit")
def edit_page(conversation_id: int) -> ResponseReturnValue:
    """The conversation with one thing of its case open to be edited."""
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        editing = read_editing(session, me().acting, conversation, request.args.get("what", "")[:80], this_moment())
    if editing is None:
        return redirect(_page_of(conversation_id), 303)
    return show_page(conversation_id, editing=editing)


@blueprint.post(f"{_THREAD}/edit")
def edit(conversation_id: int) -> ResponseReturnValue:
    """Gem."""
    what, do, form = request.form.get("what", "")[:80], request.form.get("do", ""), request.form
    with database().write() as session:
        refused = edit_case(session, me().acting, conversation_id, what, do, form, this_moment())
    if refused is None:
        current_app.extensions["handoff_wake"]()
        return redirect(_page_of(conversation_id), 303)
    return _refuse(conversation_id, refused)


def _refuse(conversation_id: int, refused: EditRefused) -> ResponseReturnValue:
    if refused.why == "not_found":
        abort(404)
    problem = "" if refused.editing else word("edit_refused", refused.why)
    status = 409 if refused.why in _CONFLICTS else 422
    return show_page(conversation_id, editing=refused.editing, problem=problem, status=status)


def _page_of(conversation_id: int) -> str:
    folder = read_folder(request.args.get("folder"))
    return url_for("inbox.conversation_page", conversation_id=conversation_id, folder=folder)


@blueprint.post(f"{_THREAD}/transcript.pdf")
def transcript(conversation_id: int) -> ResponseReturnValue:
    """Hent som PDF: posted, for it is a reading of personal data that is written down."""
    with database().write() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        talk = read_talk(session, me().acting, conversation, this_moment(), notes=request.form.get("notes") == "1")
    response = Response(print_talk(talk), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="samtale-{conversation_id}.pdf"'
    return response
