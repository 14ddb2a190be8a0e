"""/admin/…/duty: who is called first to a crisis, and in plain words what that does at night and what it does not.

Puts ``duty_words`` and ``called_to`` into every template: the rail and the page about the person ask for them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.duty import advisers_of, on_duty
from handoff.alerts.called import Called, read_called
from handoff.alerts.duty_plan import drop_duty, plan_duty, read_plan, today_words
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.wording import word

blueprint = Blueprint("duty", __name__, url_prefix="/admin", template_folder="../templates")

guard(blueprint)

_PATH = f"/<{ID}:organisation_id>/duty"


@blueprint.get(_PATH)
def show(organisation_id: int) -> ResponseReturnValue:
    """The plan."""
    return _show(organisation_id)


@blueprint.post(_PATH)
def add(organisation_id: int) -> ResponseReturnValue:
    """Sæt på vagt."""
    chosen = request.form.get("adviser", "")
    adviser_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else None
    days = (_day(request.form.get("first", "")), _day(request.form.get("last") or request.form.get("first", "")))
    with database().write() as session:
        my_organisation(session, organisation_id)
        problem = plan_duty(session, me().acting, organisation_id, adviser_id, days, this_moment())
    if problem == "not_admin":
        abort(403)
    if problem is not None:
        return _show(organisation_id, problem, 409 if problem == "already" else 422)
    return redirect(url_for("duty.show", organisation_id=organisation_id, saved=1), 303)


@blueprint.post(f"{_PATH}/<{ID}:duty_id>/drop")
def drop(organisation_id: int, duty_id: int) -> ResponseReturnValue:
    """Fjern."""
    with database().write() as session:
        my_organisation(session, organisation_id)
        if not me().is_admin:
            abort(403)
        if not drop_duty(session, me().acting, organisation_id, duty_id, this_moment()):
            abort(404)
    return redirect(url_for("duty.show", organisation_id=organisation_id), 303)


def _show(organisation_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    today = this_moment().date()
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        form = request.form if request.method == "POST" else {}
        return page(
            session,
            "setup",
            "admin_duty",
            status=status,
            organisation=organisation,
            plan=read_plan(session, organisation_id, today),
            now_on_duty=[each.name for each in on_duty(session, organisation_id, today)],
            advisers=[(each.id, each.name) for each in advisers_of(session, organisation_id)],
            mails=current_app.extensions.get("handoff_mails", False),
            problem=word("duty_refused", problem) if problem else "",
            typed={name: form.get(name, "") for name in ("adviser", "first", "last")},
            today=today.isoformat(),
            saved=bool(request.args.get("saved")) and not problem,
        )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"duty_words": _duty_words, "called_to": _called_to}


def _duty_words() -> str:
    with database().read() as session:
        return today_words(session, me().acting, this_moment())


def _called_to(conversation_id: int) -> Called | None:
    with database().read() as session:
        return read_called(session, me().acting, conversation_id, this_moment())
