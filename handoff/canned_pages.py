"""/admin/<organisation>/replies: the canned replies, where every adviser writes, changes and removes them."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.dialogs.languages import KNOWN
from bot.models import CannedReply, Organisation
from handoff import canned
from handoff.canned import CannedRefused, Sign, Written
from handoff.formats import first_name, moment
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.places import LONGEST, PLACES, longest
from handoff.saying import said
from handoff.text_previews import size_words
from handoff.wording import catalogue, knows, word

blueprint = Blueprint("replies", __name__, url_prefix="/admin", template_folder="templates")

guard(blueprint)

_ALL = f"/<{ID}:organisation_id>/replies"
_ONE = f"{_ALL}/<{ID}:reply_id>"
_EMPTY = Written("", "", "da")
#: An invented resident's, for the preview.
_SAMPLES = {
    "name": "Amina",
    "deadline": "torsdag d. 3. december",
    "arrears": "8.450,50 kr.",
    "main_number": "70 11 11 11",
    "kommune": "Roskilde",
    "kommune_number": "70 11 11 11",
    "answer_by": "i dag kl. 15",
}


@blueprint.get(_ALL)
def show(organisation_id: int) -> ResponseReturnValue:
    """All of them, and a form for a new one."""
    return _page(organisation_id, _EMPTY)


@blueprint.post(_ALL)
def write(organisation_id: int) -> ResponseReturnValue:
    """Gem svaret."""
    return _save(organisation_id, None)


@blueprint.get(_ONE)
def edit(organisation_id: int, reply_id: int) -> ResponseReturnValue:
    """One of them, to be changed."""
    with database().read() as session:
        my_organisation(session, organisation_id)
        reply = canned.find_reply(session, organisation_id, reply_id) or abort(404)
    return _page(organisation_id, Written(reply.name, reply.body, reply.language), reply=reply)


@blueprint.post(_ONE)
def change(organisation_id: int, reply_id: int) -> ResponseReturnValue:
    """Gem ændringen."""
    return _save(organisation_id, reply_id)


@blueprint.post(f"{_ONE}/remove")
def remove(organisation_id: int, reply_id: int) -> ResponseReturnValue:
    """Fjern svaret."""
    with database().write() as session:
        done = canned.remove_reply(session, me().acting, organisation_id, reply_id, this_moment())
    if isinstance(done, CannedRefused):
        abort(404)
    return redirect(url_for("replies.show", organisation_id=organisation_id), 303)


def _save(organisation_id: int, reply_id: int | None) -> ResponseReturnValue:
    form, now = request.form, this_moment()
    written = Written(form.get("name", "")[:200], form.get("body", "")[:2000], form.get("language", "da")[:3])
    with database().write() as session:
        result = canned.save_reply(
            session, me().acting, organisation_id, written, now, reply_id=reply_id, seen=form.get("seen", "")
        )
    if not isinstance(result, CannedRefused):
        return redirect(url_for("replies.show", organisation_id=organisation_id), 303)
    if result.why == "no_reply":
        abort(404)
    with database().read() as session:
        reply = canned.find_reply(session, organisation_id, reply_id) if reply_id is not None else None
    status = 409 if result.why == "changed_meanwhile" else 422
    return _page(organisation_id, written, result.signs, word("refused", result.why), reply, status)


def _page(
    organisation_id: int,
    written: Written,
    signs: tuple[Sign, ...] = (),
    problem: str = "",
    reply: CannedReply | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now = this_moment()
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        rows = [(row, size_words(longest(row.body))) for row in canned.list_replies(session, organisation_id)]
        return page(
            session,
            "setup",
            "admin_replies",
            status=status,
            organisation=organisation,
            rows=rows,
            written=written,
            signs=[(_sign_words(sign), sign.is_refused) for sign in signs],
            problem=problem,
            reply=reply,
            seen=canned.version(reply) if reply else "",
            told=said("Sidst ændret {when}", when=moment(reply.at, now)) if reply else "",
            places={name: (value, LONGEST[name]) for name, value in _samples(organisation).items()},
            place_words={name: word("places", name) for name in PLACES},
            languages=KNOWN,
        )


def _samples(organisation: Organisation) -> dict[str, str]:
    known = {**_SAMPLES, "adviser": first_name(me().acting.name), "organisation": organisation.name}
    return {name: known[name] for name in PLACES}


def _sign_words(sign: Sign) -> str:
    section = "canned_signs" if knows("canned_signs", sign.name) else "lints"
    return str(catalogue()[section][sign.name]).format(about=sign.about)
