"""What the composer does: send, send later and take back, notes, drafts, canned replies, suggestions, another try.

Each posts a plain form, does one use case and shows the conversation again; a script only makes it quicker.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import Conversation, Task
from handoff import failed, sending
from handoff.desk import find_conversation
from handoff.drafts import read_drafts, read_kind, save_draft
from handoff.filling import Reply, read_replies
from handoff.frame import ID, guard, page
from handoff.handoffs import Refused, Result
from handoff.inbox import show_page, this_moment
from handoff.login import database, me
from handoff.mentions import read_mentions, unseen_count
from handoff.send_times import read_time
from handoff.suggested import find_suggestion
from handoff.wording import word
from handoff.writing import Signs, count_words, read_signs, time_words

blueprint = Blueprint("writing", __name__, template_folder="templates")

guard(blueprint)

_THREAD = f"/inbox/<{ID}:conversation_id>"
_MESSAGE = f"{_THREAD}/messages/<{ID}:message_id>"
_CONFLICTS = frozenset(
    {"held_by_other", "not_yours", "already_closed", "already_sent", "already_withdrawn", "no_retry"}
)
_TOKEN = re.compile(r"[0-9a-f]{24}")
_Done = TypeVar("_Done")


@blueprint.app_context_processor
def _for_rails() -> dict[str, object]:
    """How many notes name the reader, for the rail; asked only where it is shown."""
    return {"mentioned": _unseen}


@blueprint.post(f"{_THREAD}/reply")
def reply(conversation_id: int) -> ResponseReturnValue:
    """Send; what an SMS should not hold is asked about once."""
    text, signs = request.form.get("text", ""), _signs_to_see()
    if signs is not None:
        return _look_again(conversation_id, signs)
    token, now = _form_token(), this_moment()
    return _answer(
        conversation_id, _do(lambda s: sending.send_now(s, me().acting, conversation_id, text, now, token)), wake=True
    )


@blueprint.post(f"{_THREAD}/later")
def later(conversation_id: int) -> ResponseReturnValue:
    """Send senere."""
    text, signs, now = request.form.get("text", ""), _signs_to_see(), this_moment()
    if signs is not None:
        return _look_again(conversation_id, signs)
    form = request.form
    wanted = read_time(form.get("when", ""), form.get("day", ""), form.get("clock", ""), now)
    if isinstance(wanted, str):
        return _refuse(conversation_id, word("writing", wanted), 422)
    token = _form_token()
    return _answer(
        conversation_id,
        _do(lambda s: sending.send_later(s, me().acting, conversation_id, text, wanted, now, token)),
        wake=True,
    )


@blueprint.get(f"{_THREAD}/later")
def when(conversation_id: int) -> ResponseReturnValue:
    """When an SMS for the day and time typed would really go."""
    _conversation(conversation_id)
    asked = request.args
    wanted = read_time("", asked.get("day", ""), asked.get("clock", ""), this_moment())
    return jsonify(words=time_words(wanted), is_possible=not isinstance(wanted, str))


@blueprint.post(f"{_MESSAGE}/withdraw")
def withdraw(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Fortryd."""
    now = this_moment()
    return _answer(conversation_id, _do(lambda s: sending.withdraw(s, me().acting, conversation_id, message_id, now)))


@blueprint.post(f"{_MESSAGE}/send-anyway")
def send_anyway(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Send alligevel."""
    now = this_moment()
    return _answer(
        conversation_id,
        _do(lambda s: sending.send_all_the_same(s, me().acting, conversation_id, message_id, now)),
        wake=True,
    )


@blueprint.post(f"{_MESSAGE}/again")
def try_again(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Prøv igen."""
    now = this_moment()
    return _answer(
        conversation_id,
        _do(lambda s: failed.try_again(s, me().acting, conversation_id, message_id, now)),
        wake=True,
    )


@blueprint.post(f"{_MESSAGE}/call")
def call(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Ring i stedet."""
    now = this_moment()
    result = _do(lambda s: failed.call_instead(s, me().acting, conversation_id, message_id, now))
    if isinstance(result, Task):
        return redirect(url_for("tasks.task_page", task_id=result.id), 303)
    return _answer(conversation_id, result)


@blueprint.post(f"{_THREAD}/note")
def note(conversation_id: int) -> ResponseReturnValue:
    """Gem noten."""
    text, now = request.form.get("note", ""), this_moment()
    return _answer(conversation_id, _do(lambda s: sending.write_note(s, me().acting, conversation_id, text, now)))


@blueprint.post(f"{_THREAD}/draft")
def draft(conversation_id: int) -> ResponseReturnValue:
    """Keep what is being written; says what there is to know of it."""
    kind, text = read_kind(request.form.get("kind", "")), request.form.get("text", "")
    _conversation(conversation_id)
    if kind is None:
        abort(400)
    now, token = this_moment(), _form_token() or ""
    _do(lambda s: save_draft(s, me().acting.adviser_id, conversation_id, kind, text, now, token))
    signs = read_signs(text) if kind == "sms" else Signs()
    told = [{"words": sign.words, "must": sign.must} for sign in signs.signs]
    return jsonify(signs=told, seen=signs.key, count=count_words(text))


@blueprint.get(f"{_THREAD}/replies")
def replies(conversation_id: int) -> ResponseReturnValue:
    """The canned replies as they read for this resident."""
    search, now = request.args.get("q", "")[:100], this_moment()
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        found = read_replies(session, me().acting, conversation, now, search)
        if request.args.get("as") == "json":
            return jsonify([_reply_shape(reply) for reply in found])
        name = conversation.case.resident.name if conversation.case else conversation.phone
        return page(
            session,
            "inbox",
            "replies",
            organisation_id=conversation.organisation_id,
            replies=found,
            conversation_id=conversation_id,
            resident=name,
            search=search,
        )


def _reply_shape(reply: Reply) -> dict[str, object]:
    return {
        "name": reply.name,
        "text": reply.text,
        "size": reply.size,
        "problem": reply.problem,
        "may_insert": reply.may_insert,
        "language": reply.language,
    }


@blueprint.get(f"{_THREAD}/replies/<{ID}:reply_id>")
def use_reply(conversation_id: int, reply_id: int) -> ResponseReturnValue:
    """The conversation with a canned reply in the field, to be read before it is sent."""
    now = this_moment()
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        found = [it for it in read_replies(session, me().acting, conversation, now) if it.id == reply_id]
    if not found:
        abort(404)
    if not found[0].may_insert:
        return show_page(conversation_id, problem=found[0].problem, status=422)
    return _fill(conversation_id, found[0].text, found[0].problem)


@blueprint.get(f"{_THREAD}/suggestions/<key>")
def use_suggestion(conversation_id: int, key: str) -> ResponseReturnValue:
    """The conversation with a suggested answer in the field."""
    now = this_moment()
    with database().read() as session:
        conversation = find_conversation(session, me().acting, conversation_id) or abort(404)
        found = find_suggestion(session, me().acting, conversation, key, now) or abort(404)
    return _fill(conversation_id, found.text)


@blueprint.get("/mentions")
def mentions() -> ResponseReturnValue:
    """Nævnt: the notes that name the reader."""
    with database().read() as session:
        found = read_mentions(session, me().acting.adviser_id, me().acting.organisations, this_moment())
        return page(session, "inbox", "mentions", mentions=found)


def _unseen() -> int:
    if not me().is_authenticated:
        return 0
    with database().read() as session:
        return unseen_count(session, me().acting.adviser_id, me().acting.organisations)


def _fill(conversation_id: int, text: str, problem: str = "") -> ResponseReturnValue:
    """The page with the words behind what has been begun."""
    with database().read() as session:
        begun = read_drafts(session, me().acting.adviser_id, conversation_id).get("sms", "").rstrip()
    return show_page(conversation_id, draft=f"{begun} {text}".strip(), problem=problem)


def _signs_to_see() -> Signs | None:
    """What the adviser is to look at before it goes; None once they have, or where there is nothing."""
    signs = read_signs(request.form.get("text", ""))
    has_seen = not signs.must and request.form.get("seen", "") == signs.key
    return None if not signs.asks or has_seen else signs


def _look_again(conversation_id: int, signs: Signs) -> ResponseReturnValue:
    must = next((sign.words for sign in signs.signs if sign.must), word("writing", "look_again"))
    return _refuse(conversation_id, must, 422, signs)


def _conversation(conversation_id: int) -> Conversation:
    with database().read() as session:
        return find_conversation(session, me().acting, conversation_id) or abort(404)


def _form_token() -> str | None:
    token = request.form.get("token", "")
    return token if _TOKEN.fullmatch(token) else None


def _do(use_case: Callable[[Session], _Done]) -> _Done:
    with database().write() as session:
        return use_case(session)


def _answer(conversation_id: int, result: Result, *, wake: bool = False) -> ResponseReturnValue:
    if isinstance(result, Refused):
        if result.why == "not_found":
            abort(404)
        problem = word("refused", result.why, holder=result.holder)
        return _refuse(conversation_id, problem, 409 if result.why in _CONFLICTS else 422)
    if wake:
        current_app.extensions["handoff_wake"]()
    return redirect(url_for("inbox.conversation_page", conversation_id=conversation_id), 303)


def _refuse(conversation_id: int, problem: str, status: int, signs: Signs | None = None) -> ResponseReturnValue:
    """The page again with the reason; what was written stands in it and is kept."""
    written = {"sms": request.form.get("text", ""), "note": request.form.get("note", "")}
    conversation, now = _conversation(conversation_id), this_moment()
    with database().write() as session:
        for kind, text in written.items():
            if text.strip() and (known := read_kind(kind)) is not None:
                save_draft(session, me().acting.adviser_id, conversation.id, known, text, now)
    return show_page(
        conversation_id, problem=problem, draft=written["sms"], note=written["note"], status=status, signs=signs
    )
