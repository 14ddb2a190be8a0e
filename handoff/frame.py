"""The frame around every page beside the inbox: rail, crisis band, the room that is open. Only behind the log-in."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, Response, abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import Organisation
from handoff.alarms import read_band
from handoff.folders import waiting_count
from handoff.inbox import this_moment
from handoff.incidents import read_notices
from handoff.login import login_manager, me
from handoff.setup.parts import parts_for
from handoff.task_list import due_count
from handoff.text_rows import find_organisation

Room = Literal["inbox", "tasks", "waves", "board", "search", "setup", "me"]

#: What a database can hold as an id, for routes.
ID = "int(max=9223372036854775807)"


def guard(blueprint: Blueprint) -> None:
    """Let only advisers who are logged in onto these pages, and let no browser keep them."""
    blueprint.before_request(lambda: None if me().is_authenticated else login_manager.unauthorized())
    blueprint.after_request(_keep_nothing)


def my_organisation(session: Session, organisation_id: int) -> Organisation:
    """One of the adviser's own organisations; 404 for any other."""
    return find_organisation(session, me().acting, organisation_id) or abort(404)


def page(session: Session, room: Room, template: str, *, status: int = 200, **parts: object) -> ResponseReturnValue:
    """One page of a room: ``handoff/<template>.html`` with its parts in the frame."""
    frame = {
        "waiting": waiting_count(session, me().acting, this_moment()),
        "band": read_band(session, me().acting),  # a crisis is seen wherever one is
        "notices": read_notices(session, me().acting, this_moment()),
        "folder": "waiting",
        "tasks_due": due_count(session, me().acting, this_moment().date()),
        "room": room,
        "setup_parts": parts_for(current_app.view_functions, is_admin=me().is_admin) if room == "setup" else (),
    }
    return make_response(render_template(f"handoff/{template}.html", **frame, **parts), status)


def _keep_nothing(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response
