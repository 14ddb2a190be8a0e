"""/waves/…/upload: an adviser lays a file of cases up, reads what would come of it, and takes it or throws it away.

What stands in a file, and what it is called, is people's data: on the page alone, never in a log.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot import uploads
from bot.case_file import CaseFile, CaseFileError, read_case_bytes
from bot.intake import take, try_out
from bot.models import COPENHAGEN, Adviser, Organisation, Upload
from bot.organisations import read_settings
from handoff.formats import first_name, moment
from handoff.frame import ID, guard, my_organisation, page
from handoff.inbox import this_moment
from handoff.login import database, me
from handoff.saying import later, said
from handoff.wave_check import check_rows, rejected_table
from handoff.waves import desk

blueprint = Blueprint("wave_uploads", __name__, url_prefix="/waves", template_folder="templates")

guard(blueprint)

_UPLOAD = f"/<{ID}:organisation_id>/upload"
_ONE = f"/<{ID}:organisation_id>/uploads/<{ID}:upload_id>"
_ENDINGS = (".csv", ".xlsx", ".txt")
_NO_FILE = later("Vælg en fil først.")
_WRONG_ENDING = later("Filen skal være .csv eller .xlsx. Gem arket som en af dem.")
_TOO_LARGE = later("Filen er større end 5 MB. Del den i flere.")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A file as its page tells of it."""

    id: int
    filename: str
    laid_up: str
    standing: uploads.Standing
    is_mine: bool
    is_begun: bool  #: not taken to its end; some rows may be in
    report: dict[str, int]


@blueprint.get(_UPLOAD)
def form(organisation_id: int) -> ResponseReturnValue:
    """Choose a file."""
    return _form(organisation_id)


@blueprint.post(_UPLOAD)
def lay_up(organisation_id: int) -> ResponseReturnValue:
    """Læg filen op: it is kept, and nothing else happens yet."""
    now, instead = this_moment(), _instead()
    name, content = _sent()
    problem = _problem(name, content)
    if problem:
        return _form(organisation_id, problem, 422)
    with database().write() as session:
        my_organisation(session, organisation_id)
        made = uploads.lay_up(session, organisation_id, me().adviser_id, name, content, now)
        if instead is not None:
            uploads.throw_away(session, organisation_id, instead, me().adviser_id, now)
    return _to(organisation_id, made.id)


@blueprint.get(_ONE)
def check(organisation_id: int, upload_id: int) -> ResponseReturnValue:
    """What would come of it; after it was taken, what it came to."""
    return _show(organisation_id, upload_id, "wave_check")


@blueprint.get(f"{_ONE}/texts")
def texts(organisation_id: int, upload_id: int) -> ResponseReturnValue:
    """Se alle: every SMS as it would be sent."""
    return _show(organisation_id, upload_id, "wave_texts")


@blueprint.get(f"{_ONE}/rejected.csv")
def rejected(organisation_id: int, upload_id: int) -> ResponseReturnValue:
    """Hent dem som fil."""
    file = _content(organisation_id, upload_id)
    report = try_out(database(), organisation_id, file.rows, this_moment(), lambda _, tried: tried.report)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rejected_table(file.headings, file.cells, report.errors))
    return Response(
        out.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=afviste-raekker.csv"},
    )


@blueprint.post(f"{_ONE}/take")
def take_file(organisation_id: int, upload_id: int) -> ResponseReturnValue:
    """Tag filen: taken twice is taken once."""
    now = this_moment()
    _upload(organisation_id, upload_id)
    content = uploads.claim(database(), organisation_id, upload_id, me().adviser_id, now)
    if content is not None:
        rows = read_case_bytes(content, now.astimezone(COPENHAGEN).date()).rows
        report = take(database(), organisation_id, rows, now, upload_id=upload_id)
        uploads.finish(database(), organisation_id, upload_id, me().adviser_id, report, now)
    return _to(organisation_id, upload_id)


@blueprint.post(f"{_ONE}/discard")
def discard(organisation_id: int, upload_id: int) -> ResponseReturnValue:
    """Kassér."""
    _upload(organisation_id, upload_id)
    with database().write() as session:
        uploads.throw_away(session, organisation_id, upload_id, me().adviser_id, this_moment())
    return redirect(url_for("waves.home"), 303)


def _instead() -> int | None:
    """The file that this one is laid up for; none where no database could have its id."""
    told = request.values.get("instead", type=int)
    return told if told is not None and 0 < told < 2**63 else None


def _sent() -> tuple[str, bytes]:
    """What the browser sent, and not more of it than is taken."""
    sent = request.files.get("file")
    if sent is None:
        return "", b""
    content = sent.stream.read(uploads.MOST_BYTES + 1)
    sent.close()  # a larger one lies in a file without a name until it is
    return sent.filename or "", content


def _problem(name: str, content: bytes) -> str:
    if not name:
        return said(_NO_FILE)
    if not name.lower().endswith(_ENDINGS):
        return said(_WRONG_ENDING)
    if len(content) > uploads.MOST_BYTES:
        return said(_TOO_LARGE)
    try:
        read_case_bytes(content, this_moment().astimezone(COPENHAGEN).date())
    except CaseFileError as error:
        return str(error)
    return ""


def _upload(organisation_id: int, upload_id: int) -> Upload:
    with database().read() as session:
        my_organisation(session, organisation_id)
        found = session.get(Upload, upload_id)
    if found is None or found.organisation_id != organisation_id:
        abort(404)
    return found


def _content(organisation_id: int, upload_id: int) -> CaseFile:
    """The file while it can be looked at."""
    upload, now = _upload(organisation_id, upload_id), this_moment()
    if upload.content is None or uploads.standing_of(upload, now) != "waits":
        abort(404)
    return read_case_bytes(upload.content, now.astimezone(COPENHAGEN).date())


def _show(organisation_id: int, upload_id: int, template: str) -> ResponseReturnValue:
    upload, now = _upload(organisation_id, upload_id), this_moment()
    standing = uploads.standing_of(upload, now)
    parts: dict[str, Any] = {}
    if standing == "waits":
        file = _content(organisation_id, upload_id)
        parts["check"] = check_rows(database(), desk(), organisation_id, file.rows, now)
        parts["file_notices"] = file.notices
    elif template == "wave_texts":
        abort(404)
    else:
        template = "wave_taken"
    with database().read() as session:
        organisation = my_organisation(session, organisation_id)
        if template == "wave_taken":
            current = parts["current"] = desk().waves(session, organisation, now)[0]
            asks_two = read_settings(organisation.settings).release == "second_person"
            parts["needs_release"] = asks_two and current.state != "cancelled"
        by = first_name(session.get_one(Adviser, upload.adviser_id).name)
        shown = _Shown(
            id=upload.id,
            filename=upload.filename,
            laid_up=said("lagt op {when} af {by}", when=moment(upload.at, now), by=by),
            standing=standing,
            is_mine=upload.adviser_id == me().adviser_id,
            is_begun=bool(upload.report.get("begun")),
            report=upload.report if standing == "taken" else {},
        )
        return page(session, "waves", template, organisation=organisation, upload=shown, **parts)


def _form(organisation_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    instead = _instead()
    with database().read() as session:
        organisation: Organisation = my_organisation(session, organisation_id)
        parts = {"organisation": organisation, "problem": problem, "instead": instead}
        return page(session, "waves", "wave_upload", status=status, **parts)


def _to(organisation_id: int, upload_id: int) -> ResponseReturnValue:
    return redirect(url_for("wave_uploads.check", organisation_id=organisation_id, upload_id=upload_id), 303)
