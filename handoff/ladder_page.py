"""/admin/…/ladder: the ladder, drawn and edited. Every adviser reads it; an admin changes it. Works without scripts:
each press of a button sends all rows and draws them again, and only "Gem" keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.models import Organisation
from bot.organisations import DEFAULT_LADDER, LadderStep, change, read_settings
from bot.wave_desk import Rung, WaveDesk
from bot.workdays import next_opening
from handoff.formats import full_day, weekday
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.ladder_rows import ANCHORS, KINDS, MOST, Row, check, read_rows, rows_of, to_ladder, warnings
from handoff.ladders import dumped, history, save_ladder
from handoff.login import database, me
from handoff.wording import catalogue, word

blueprint = Blueprint("ladder", __name__, url_prefix="/admin", template_folder="templates")

guard(blueprint)

_PATH = f"/<{ID}:organisation_id>/ladder"
#: What a case has when the rent system names no deadline.
_USUAL_DAYS = 8
_STATUS = {"changed_meanwhile": 409, "no_change": 422}


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """One stop of the ladder as it is drawn; ``when`` is a day where one can be reckoned."""

    name: str
    when: str
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The ladder of a case that starts today, and what its usual deadline leaves no time for."""

    steps: tuple[DrawnStep, ...]
    deadline: str = ""  #: empty where no days can be reckoned
    left_out: tuple[str, ...] = ()


@blueprint.get(_PATH)
def show(organisation_id: int) -> ResponseReturnValue:
    """The ladder as it stands."""
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        return _show(session, organisation, rows_of(read_settings(organisation.settings).ladder))


@blueprint.post(_PATH)
def edit(organisation_id: int) -> ResponseReturnValue:
    """One press: add or remove a row, take the standard's rows, look, or save."""
    wanted = request.form.get("do", "look")
    rows = read_rows(*(request.form.getlist(name) for name in ("days", "anchor", "kind")))
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        if not me().is_admin:
            abort(403)
        if wanted == "save":
            rows = check(rows)
            problem = _problem(rows)
            if problem:
                return _show(session, organisation, rows, problem, 422)
        else:
            rows, told = _changed(rows, wanted)
            return _show(session, organisation, rows, told=told)
    return _save(organisation_id, rows)


def _changed(rows: tuple[Row, ...], wanted: str) -> tuple[tuple[Row, ...], str]:
    """The rows after a press that keeps nothing, and what is said of it."""
    verb, _, which = wanted.partition(":")
    if verb == "add":
        return (*rows, Row(rows[-1].days, rows[-1].anchor) if rows else Row("0")), ""
    if verb == "remove" and which.isascii() and which.isdecimal() and len(which) < 4:
        return tuple(row for index, row in enumerate(rows) if index != int(which)), word("ladder", "removed")
    if verb == "default":
        return rows_of(DEFAULT_LADDER), word("ladder", "default_taken")
    return check(rows), ""


def _problem(rows: Sequence[Row]) -> str:
    if not rows:
        return word("ladder_wrong", "empty")
    if len(rows) > MOST:
        return word("ladder_wrong", "too_many", most=str(MOST))
    return word("ladder_wrong", "rows") if any(row.problem for row in rows) else ""


def _save(organisation_id: int, rows: tuple[Row, ...]) -> ResponseReturnValue:
    with database().write() as session:
        seen = request.form.get("seen", "")
        result = save_ladder(session, me().acting, organisation_id, to_ladder(rows), seen, this_moment())
    if result == "changed":
        return redirect(url_for("ladder.show", organisation_id=organisation_id, saved=1), 303)
    if result in ("not_admin", "not_found"):
        abort(403 if result == "not_admin" else 404)
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        return _show(session, organisation, rows, word("ladder_wrong", result), _STATUS[result])


def _show(
    session: Session,
    organisation: Organisation,
    rows: Sequence[Row],
    problem: str = "",
    status: int = 200,
    told: str = "",
) -> ResponseReturnValue:
    now, stored = this_moment(), read_settings(organisation.settings).ladder
    is_right = not problem and bool(rows) and not any(row.problem for row in check(rows))
    ladder = to_ladder(rows) if is_right else stored
    saved = word("ladder", "saved") if request.args.get("saved") and request.method == "GET" else ""
    return page(
        session,
        "setup",
        "admin_ladder",
        status=status,
        organisation=organisation,
        rows=tuple(rows),
        seen=request.form.get("seen") or json.dumps(dumped(stored)),  # what was there when the editing began
        is_stored=not is_right,
        is_changed=dumped(ladder) != dumped(stored),
        is_default=dumped(stored) == dumped(DEFAULT_LADDER),
        drawing=_draw(organisation, ladder),
        warnings=tuple(warnings(ladder)),
        history=history(session, organisation.id, now),
        words={"kinds": catalogue()["ladder_kinds"], "anchors": catalogue()["ladder_anchors"]},
        choices={"kinds": KINDS, "anchors": tuple(ANCHORS), "most": MOST},
        problem=problem,
        told=told or saved,
    )


def _draw(organisation: Organisation, ladder: Sequence[LadderStep]) -> Drawing:
    rows, desk = rows_of(ladder), _desk()
    if desk is None:
        last = DrawnStep(word("ladder_kinds", "last"), word("ladder_when", "deadline"), is_last=True)
        return Drawing((*(DrawnStep(word("ladder_kinds", row.kind), row.when) for row in rows), last))
    now, settings = this_moment(), change(organisation.settings, [f"ladder={json.dumps(dumped(ladder))}"])
    trial = Organisation(slug=organisation.slug, name=organisation.name, number=organisation.number, settings=settings)
    starts = next_opening(read_settings(settings).window, now)
    deadline = starts.date() + timedelta(days=_USUAL_DAYS)
    rungs = desk.rungs(trial, starts, deadline)
    drawn = {rung.number for rung in rungs}
    return Drawing(
        steps=tuple(_drawn(rung) for rung in rungs),
        deadline=full_day(deadline),
        left_out=tuple(
            f"{row.when}: {word('ladder_kinds', row.kind)}" for number, row in enumerate(rows) if number not in drawn
        ),
    )


def _drawn(rung: Rung) -> DrawnStep:
    return DrawnStep(word("ladder_kinds", "last" if rung.is_last else rung.kind), weekday(rung.at.date()), rung.is_last)


def _desk() -> WaveDesk | None:
    desk: WaveDesk | None = current_app.extensions.get("handoff_waves")
    return desk
