"""/admin/…/numbers: the numbers that residents are given. Every adviser reads them; an admin says to have looked."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.setup.numbers import check_number, read_numbers

blueprint = Blueprint("setup_numbers", __name__, url_prefix="/admin", template_folder="../templates")

guard(blueprint)
_PATH = f"/<{ID}:organisation_id>/numbers"


@blueprint.get(_PATH)
def show(organisation_id: int) -> ResponseReturnValue:
    """The numbers, with when they were last looked up."""
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        numbers = read_numbers(session, organisation, this_moment().date())
        return page(session, "setup", "setup_numbers", organisation=organisation, numbers=numbers)


@blueprint.post(f"{_PATH}/checked")
def checked(organisation_id: int) -> ResponseReturnValue:
    """Kontrolleret i dag."""
    if not me().is_admin:
        abort(403)
    with database().write() as session:
        organisation = my_organisation(session, organisation_id)
        if not check_number(session, me().acting, organisation, request.form.get("key", ""), this_moment()):
            abort(404)
    return redirect(url_for("setup_numbers.show", organisation_id=organisation_id), 303)
