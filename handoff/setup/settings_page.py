"""/admin/…/settings: how an organisation works. Every adviser reads it; an admin changes it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.dialogs.languages import NAMES
from bot.models import Organisation
from bot.organisations import OrganisationSettings, read_settings
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.setup.fields import DAYS, Form, groups, read, shown
from handoff.setup.keep_settings import history, save_settings, seen_of
from handoff.wording import word

blueprint = Blueprint("setup_settings", __name__, url_prefix="/admin", template_folder="../templates")

guard(blueprint)

_PATH = f"/<{ID}:organisation_id>/settings"
_STATUS = {"changed_meanwhile": 409, "no_change": 422}


@blueprint.get(_PATH)
def show(organisation_id: int) -> ResponseReturnValue:
    """The settings as they stand."""
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        return _show(session, organisation, shown(read_settings(organisation.settings)))


@blueprint.post(_PATH)
def save(organisation_id: int) -> ResponseReturnValue:
    """Gem indstillingerne."""
    form = {key: [value[:4000] for value in values] for key, values in request.form.lists()}
    seen = request.form.get("seen", "")
    with database().write() as session:
        result = save_settings(session, me().acting, organisation_id, read(form), seen, this_moment())
    if result is None:
        return redirect(url_for("setup_settings.show", organisation_id=organisation_id, saved=1), 303)
    if result in ("not_admin", "not_found"):
        abort(403 if result == "not_admin" else 404)
    wrong = result if isinstance(result, dict) else {}
    problem = word("setup_wrong", "fields" if isinstance(result, dict) else result)
    status = 422 if isinstance(result, dict) else _STATUS[result]
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        return _show(session, organisation, form, problem, wrong, status)


def _show(
    session: Session,
    organisation: Organisation,
    form: Form,
    problem: str = "",
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return page(
        session,
        "setup",
        "setup_settings",
        status=status,
        organisation=organisation,
        groups=groups(),
        form=form,
        defaults=shown(OrganisationSettings()),
        wrong=wrong or {},
        problem=problem,
        saved=request.args.get("saved") == "1" and not problem,
        seen=seen_of(read_settings(organisation.settings)),
        day_names=tuple((day, word("setup_days", day)) for day in DAYS),
        language_names=NAMES,
        history=history(session, organisation.id, this_moment()),
    )
