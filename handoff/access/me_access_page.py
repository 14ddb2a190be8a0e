"""On /me: the password, the codes of the second step, and the browsers one is logged in in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bot.models import Adviser
from handoff.access import sessions, tries, two_step
from handoff.access.kept import keep
from handoff.access.log_in_page import take, too_many
from handoff.access.me_page import section, show
from handoff.access.oidc_page import MAY_LINK
from handoff.access.second_step_page import is_setting_up, show_codes, show_setup, turn_on
from handoff.formats import moment
from handoff.frame import ID, guard
from handoff.inbox import this_moment
from handoff.login import database, enter, me, ways
from handoff.passwords import LONGEST, fault_of, hash_password, is_password
from handoff.wording import word

blueprint = Blueprint("me_access", __name__, url_prefix="/me", template_folder="../templates")

guard(blueprint)


@section
def _shown() -> dict[str, object]:
    """What the page's parts on access show."""
    now = ways().clock()
    with database().read() as rows:
        adviser = rows.get_one(Adviser, me().adviser_id)
        return {
            "browsers": sessions.standing(rows, adviser.id, me().session_id, now),
            "has_password": bool(adviser.password_hash),
            "has_two_step": adviser.totp_secret is not None,
            "needs_two_step": me().is_admin and ways().two_steps_for_admins,
            "codes_left": two_step.codes_left(rows, adviser.id),
            "provider": ways().provider,
            "is_linked": adviser.oidc_subject is not None,
            "may_link": False,
            "moments": lambda at: moment(at, now),
        }


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Skift kodeord: every other browser is logged out, and this one gets a new secret."""
    if problem := _wrong_password():
        return show(422, problems={"password": problem})
    new = request.form.get("new", "")[: LONGEST + 1]
    if why := fault_of(new, me().email, me().name):
        return show(422, problems={"password": word("password", why)})
    kept, now = hash_password(new, ways().hasher), ways().clock()
    with database().write() as rows:
        adviser = rows.get_one(Adviser, me().adviser_id)
        adviser.password_hash = kept
        sessions.end_all(rows, adviser.id, now)
        keep(rows, adviser, "password_changed", this_moment())
    return enter(adviser, url_for("me.home", done="password"), waits_for="")


@blueprint.post("/two-step/begin")
def two_step_begin() -> ResponseReturnValue:
    """Slå til: the code to point the phone at."""
    if problem := _wrong_password():
        return show(422, problems={"two_step": problem})
    if _me().totp_secret is not None:
        return redirect(url_for("me.home"), 303)
    return show_setup(_me(), url_for("me_access.two_step_on"), back=url_for("me.home"))


@blueprint.post("/two-step")
def two_step_on() -> ResponseReturnValue:
    """The phone shows its first code."""
    if _me().totp_secret is not None or not is_setting_up(_me()):
        return redirect(url_for("me.home"), 303)
    codes = turn_on(_me())
    if codes is None:
        return show_setup(_me(), url_for("me_access.two_step_on"), wrong=True, back=url_for("me.home"))
    return show_codes(codes, url_for("me.home"))


@blueprint.post("/two-step/off")
def two_step_off() -> ResponseReturnValue:
    """Slå fra, or Ny telefon; admins who must have it set it up again at once."""
    if problem := _wrong_password():
        return show(422, problems={"two_step": problem})
    needs = me().is_admin and ways().two_steps_for_admins
    with database().write() as rows:
        two_step.turn_off(rows, adviser := rows.get_one(Adviser, me().adviser_id))
        sessions.end_all(rows, adviser.id, ways().clock(), but=me().session_id)
        keep(rows, adviser, "two_step_off", this_moment())
    if needs:
        return enter(adviser, url_for("me.home"), waits_for="setup")
    return redirect(url_for("me.home", done="two_step"), 303)


@blueprint.post("/two-step/codes")
def new_codes() -> ResponseReturnValue:
    """Nye koder til papir; the older ones are void."""
    if problem := _wrong_password():
        return show(422, problems={"two_step": problem})
    with database().write() as rows:
        codes = two_step.new_codes(rows, ways(), adviser := rows.get_one(Adviser, me().adviser_id))
        keep(rows, adviser, "recovery_codes_made", this_moment())
    return show_codes(codes, url_for("me.home"))


@blueprint.post("/provider")
def link_provider() -> ResponseReturnValue:
    """Forbind: the password first, then a link on to the provider."""
    if problem := _wrong_password():
        return show(422, problems={"provider": problem})
    session[MAY_LINK] = me().adviser_id
    return show(may_link=True)


@blueprint.post(f"/browsers/<{ID}:browser_id>/end")
def end_browser(browser_id: int) -> ResponseReturnValue:
    """Log ud her."""
    with database().write() as rows:
        is_mine = sessions.end(rows, me().adviser_id, browser_id, ways().clock())
    return redirect(url_for("me.home", done="browsers"), 303) if is_mine else abort(404)


@blueprint.post("/browsers/end")
def end_browsers() -> ResponseReturnValue:
    """Log alle andre ud."""
    with database().write() as rows:
        sessions.end_all(rows, me().adviser_id, ways().clock(), but=me().session_id)
    return redirect(url_for("me.home", done="browsers"), 303)


def _wrong_password() -> str:
    """Whoever finds an open inbox must not change how one comes in: the password once more. Who has none
    comes in by the provider alone, and changes nothing of that here.
    """
    key = ways().fingerprint("again", str(me().adviser_id))
    if until := take([(key, tries.ACCOUNT)]):
        return too_many(until)
    if not is_password(_me().password_hash, request.form.get("password", "")[: LONGEST + 1]):
        return str(_("Dit nuværende kodeord passer ikke."))
    with database().write() as rows:
        tries.forget(rows, key)
    return ""


def _me() -> Adviser:
    with database().read() as rows:
        return rows.get_one(Adviser, me().adviser_id)
