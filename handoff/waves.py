"""/waves: each month's wave of the adviser's organisations, and what is done about one: release, pause, resume, end."""

from __future__ import annotations

import re
from typing import cast

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.wave_desk import WaveDesk, WaveRefusedError
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.wave_contacts import PAGE
from handoff.wave_list import read_waves
from handoff.wave_page import read_wave
from handoff.wording import word

blueprint = Blueprint("waves", __name__, url_prefix="/waves", template_folder="templates")

guard(blueprint)

_WAVE = f"/<{ID}:organisation_id>/<month>"
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_MOST_PAGES = 10_000


def desk() -> WaveDesk:
    """The waves, as the wiring put them in."""
    return cast(WaveDesk, current_app.extensions["handoff_waves"])


@blueprint.get("")
def home() -> ResponseReturnValue:
    """This month's waves, and the earlier ones."""
    with database().read() as session:
        return page(session, "waves", "waves", organisations=read_waves(session, desk(), me().acting, this_moment()))


@blueprint.get(_WAVE)
def wave(organisation_id: int, month: str) -> ResponseReturnValue:
    """One month's wave."""
    return _show(organisation_id, month)


@blueprint.post(f"{_WAVE}/release")
def release(organisation_id: int, month: str) -> ResponseReturnValue:
    """Frigiv til 53 beboere."""
    _check_address(organisation_id, month)
    with database().read() as session:  # what is released is this month's wave: an old page releases no newer one
        newest, *_ = desk().waves(session, my_organisation(session, organisation_id), this_moment())
    if newest.month != month:
        return _show(organisation_id, month, word("wave_refused", "not_this_month"), 409)
    return _do(organisation_id, month, "release")


@blueprint.post(f"{_WAVE}/pause")
def pause(organisation_id: int, month: str) -> ResponseReturnValue:
    """Sæt på pause."""
    return _do(organisation_id, month, "pause")


@blueprint.post(f"{_WAVE}/resume")
def resume(organisation_id: int, month: str) -> ResponseReturnValue:
    """Lad den gå videre."""
    return _do(organisation_id, month, "resume")


@blueprint.get(f"{_WAVE}/cancel")
def ask_to_cancel(organisation_id: int, month: str) -> ResponseReturnValue:
    """Are you sure: what ends, and what goes on."""
    return _show(organisation_id, month, template="wave_cancel")


@blueprint.post(f"{_WAVE}/cancel")
def cancel(organisation_id: int, month: str) -> ResponseReturnValue:
    """Stop bølgen for altid."""
    return _do(organisation_id, month, "cancel")


def _do(organisation_id: int, month: str, what: str) -> ResponseReturnValue:
    """Do it, and show the wave again; a refusal says why."""
    _check_address(organisation_id, month)
    now, by = this_moment(), me().adviser_id
    try:
        if what == "release":
            desk().release(database(), organisation_id, now, by)
            current_app.extensions["handoff_wake"]()
        else:
            {"pause": desk().pause, "resume": desk().resume, "cancel": desk().cancel}[what](
                database(), organisation_id, month, now, by
            )
    except WaveRefusedError as refused:
        return _show(organisation_id, month, word("wave_refused", refused.why), 409)
    return redirect(url_for("waves.wave", organisation_id=organisation_id, month=month), 303)


def _check_address(organisation_id: int, month: str) -> None:
    if not _MONTH.fullmatch(month):
        abort(404)
    with database().read() as session:
        my_organisation(session, organisation_id)


def _show(
    organisation_id: int, month: str, problem: str = "", status: int = 200, template: str = "wave"
) -> ResponseReturnValue:
    _check_address(organisation_id, month)
    side = min(max(request.args.get("side", 1, type=int), 1), _MOST_PAGES)
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        shown = read_wave(session, desk(), organisation, month, me().acting, this_moment(), side)
        if shown is None:
            abort(404)
        pages = -(-shown.contacts_in_all // PAGE)
        parts = {"wave": shown, "organisation": organisation, "problem": problem, "side": side, "pages": pages}
        return page(session, "waves", template, status=status, **parts)
