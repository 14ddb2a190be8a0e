"""/tasks/postcards: an organisation's cards as one PDF, one card by itself, and that they are on their way.

Printing changes nothing; "markér som sendt" does, for the cards that stood on the page.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import AuditEvent, Organisation, Task
from handoff import task_work
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.postcards import MOST, Card, open_posts, print_cards, read_post
from handoff.saying import said
from handoff.task_pages import show_task
from handoff.wave_words import month_words
from handoff.wording import lowered, word

blueprint = Blueprint("postcards", __name__, url_prefix="/tasks", template_folder="templates")

guard(blueprint)

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@blueprint.get(f"/<{ID}:task_id>/postcard.pdf")
def one(task_id: int) -> ResponseReturnValue:
    """The card of one task."""
    with database().read() as session:
        task = session.get(Task, task_id)
        if task is None or task.type != "postcard":
            abort(404)
        organisation = my_organisation(session, task.organisation_id)
        post = read_post(session, task, organisation)
    if post.card is None:
        problem = said("Kortet kan ikke laves. {words}.", words=word("no_card", post.missing))
        return show_task(task_id, problem=problem, status=422)
    return _pdf(organisation, [post.card], f"postkort-{task_id}")


@blueprint.get("/postcards")
def listed() -> ResponseReturnValue:
    """The cards of an organisation, and those that cannot be printed, with why."""
    with database().read() as session:
        organisation, month = _organisation(session), _month()
        posts = open_posts(session, organisation, month)
        ready = [post for post in posts if post.card is not None]
        left_out = [(post, word("no_card", post.missing)) for post in posts if post.card is None]
        return page(
            session,
            "tasks",
            "postcards",
            organisation=organisation,
            month=month,
            month_words=lowered(month_words(month)) if month else "",
            most=MOST,
            ready=ready,
            left_out=left_out,
        )


@blueprint.get("/postcards.pdf")
def all_of_them() -> ResponseReturnValue:
    """All of an organisation's cards, or of one of its waves."""
    with database().read() as session:
        organisation, month = _organisation(session), _month()
        posts = open_posts(session, organisation, month)
    cards = [post.card for post in posts if post.card is not None]
    if not cards:
        return redirect(url_for("postcards.listed", organisation=organisation.id, wave=month or None), 303)
    return _pdf(organisation, cards, f"postkort-{organisation.slug}")


@blueprint.post("/postcards/sent")
def sent() -> ResponseReturnValue:
    """Udskrevet, markér som sendt: those that stood on the page, not what has come since."""
    told = [each for each in request.form.getlist("task") if each.isascii() and each.isdecimal() and len(each) < 19]
    for task_id in sorted({int(each) for each in told[:MOST]}):
        with database().write() as session:  # one a transaction: each locks a thread
            task_work.sent(session, me().acting, task_id, this_moment())
    return redirect(url_for("tasks.home"), 303)


def _organisation(session: Session) -> Organisation:
    """The one that is asked for; the adviser's first, when none is."""
    asked = request.args.get("organisation", "")
    if not asked:
        return my_organisation(session, min(me().organisations, default=0))
    return (
        my_organisation(session, int(asked))
        if asked.isascii() and asked.isdecimal() and len(asked) < 19
        else abort(404)
    )


def _month() -> str:
    asked = request.args.get("wave", "")
    return asked if _MONTH.fullmatch(asked) else ""


def _pdf(organisation: Organisation, cards: list[Card], name: str) -> Response:
    """Names and addresses leave the house by this: who took how many is kept."""
    with database().write() as session:
        session.add(
            AuditEvent(
                at=this_moment(),
                adviser_id=me().adviser_id,
                organisation_id=organisation.id,
                action="postcards_printed",
                subject=f"organisation:{organisation.id}",
                detail={"count": len(cards)},
            )
        )
    made = print_cards(cards, word("words", "postcards"))
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
