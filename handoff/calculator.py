"""The page of the boligstøtte calculator: a form beside a conversation. Posted: no sum stands in an address."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from handoff.desk import find_conversation
from handoff.estimates import opened, read_form, work_out
from handoff.filters import read_folder
from handoff.inbox import show_page, this_moment
from handoff.login import database, login_manager, me

blueprint = Blueprint("calculator", __name__, template_folder="templates")

_PAGE = "/inbox/<int(max=9223372036854775807):conversation_id>/boligstoette"


@blueprint.before_request
def _behind_the_login() -> ResponseReturnValue | None:
    return None if me().is_authenticated else login_manager.unauthorized()


@blueprint.get(_PAGE)
def calculator_page(conversation_id: int) -> ResponseReturnValue:
    """The form, filled in with what is known. In a crisis there is none: the page is about the person."""
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        if conversation.priority == "crisis":
            return redirect(_conversation(conversation_id))
        calculator = opened(session, conversation)
    return show_page(conversation_id, calculator=calculator)


@blueprint.post(_PAGE)
def work_it_out(conversation_id: int) -> ResponseReturnValue:
    """Regn ud."""
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        if conversation.priority == "crisis":
            return redirect(_conversation(conversation_id), 303)
    form = read_form(request.form, request.form.getlist("ticked"))
    calculator = work_out(form, this_moment().year)
    return show_page(conversation_id, calculator=calculator, status=422 if calculator.problem else 200)


def _conversation(conversation_id: int) -> str:
    folder = read_folder(request.args.get("folder"))
    return url_for("inbox.conversation_page", conversation_id=conversation_id, folder=folder)
