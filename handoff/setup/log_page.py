"""/admin/…/log: who did what. For admins."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.setup.log import Asked, read_log

blueprint = Blueprint("setup_log", __name__, url_prefix="/admin", template_folder="../templates")

guard(blueprint)


@blueprint.get(f"/<{ID}:organisation_id>/log")
def show(organisation_id: int) -> ResponseReturnValue:
    """A page of the log."""
    if not me().is_admin:
        abort(403)
    asked = Asked(_number("adviser"), request.args.get("action", "")[:40], _number("before"))
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        log = read_log(session, organisation_id, asked, this_moment())
        return page(session, "setup", "setup_log", organisation=organisation, log=log, asked=asked)


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
