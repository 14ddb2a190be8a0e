"""Files of cases that advisers lay up: kept until they are taken or thrown away, a day at most; then only what they
came to.

A file is claimed before its rows are taken, so that two hands take it once. One whose taking died is taken again: rows
that are in already change nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.case_cells import clean
from bot.db import Database
from bot.intake import Report
from bot.models import AuditEvent, Upload
from bot.nlu.masking import mask_cpr

log = structlog.get_logger()

MOST_BYTES = 5 * 1024 * 1024
#: What an upload needs to be looked at and decided on. The content is people's data: it does not lie about.
KEPT = timedelta(hours=24)
#: Whoever claimed a file and has not finished by now has died.
_IN_HAND = timedelta(minutes=5)
_COUNTS = ("created", "updated", "reopened", "settled", "unchanged", "rejected")
_LONGEST_NAME = 120

Standing = Literal["waits", "in_hand", "taken", "thrown_away", "forgotten"]


def standing_of(upload: Upload, now: datetime) -> Standing:
    """How far a file is."""
    if upload.content is None:
        gone: Standing = "forgotten" if upload.report.get("ended") == "forgotten" else "thrown_away"
        return gone if "ended" in upload.report else "taken"
    return "in_hand" if upload.taken_at is not None and now - upload.taken_at < _IN_HAND else "waits"


def lay_up(
    session: Session, organisation_id: int, adviser_id: int, filename: str, content: bytes, now: datetime
) -> Upload:
    """Keep a file until it is decided on."""
    made = Upload(
        organisation_id=organisation_id,
        adviser_id=adviser_id,
        filename=_tidy(filename),
        content=content,
        at=now,
        report={},
    )
    session.add(made)
    session.flush()
    _audit(session, made, adviser_id, "upload_laid_up", now)
    return made


def claim(db: Database, organisation_id: int, upload_id: int, adviser_id: int, now: datetime) -> bytes | None:
    """The content, for the one who is to take it; None when it is taken, being taken, or gone."""
    with db.write() as session:
        upload = _locked(session, organisation_id, upload_id)
        if upload is None or standing_of(upload, now) != "waits":
            return None
        upload.taken_at = now
        _audit(session, upload, adviser_id, "upload_claimed", now)
        return upload.content


def finish(db: Database, organisation_id: int, upload_id: int, adviser_id: int, report: Report, now: datetime) -> None:
    """Its rows are taken: forget the content, keep what it came to."""
    with db.write() as session:
        upload = _locked(session, organisation_id, upload_id)
        if upload is None or upload.content is None:
            return
        upload.content = None
        upload.report = {name: getattr(report, name) for name in _COUNTS}
        _audit(session, upload, adviser_id, "upload_taken", now)


def throw_away(session: Session, organisation_id: int, upload_id: int, adviser_id: int, now: datetime) -> None:
    """Kassér: nothing of it is taken. What is taken, or being taken, stays."""
    upload = _locked(session, organisation_id, upload_id)
    if upload is None or standing_of(upload, now) != "waits":
        return
    _let_go(upload, "thrown_away")
    _audit(session, upload, adviser_id, "upload_thrown_away", now)


def forget_old(db: Database, organisation_id: int, now: datetime) -> None:
    """Forget the content of files that nobody took in time."""
    with db.read() as session:
        old = (Upload.organisation_id == organisation_id, Upload.content.is_not(None), Upload.at <= now - KEPT)
        in_hand = Upload.taken_at > now - _IN_HAND
        ids = session.scalars(select(Upload.id).where(*old, or_(Upload.taken_at.is_(None), ~in_hand))).all()
    if not ids:
        return
    with db.write() as session:
        gone = select(Upload).where(Upload.id.in_(ids), Upload.content.is_not(None)).order_by(Upload.id)
        for upload in session.scalars(gone.with_for_update(of=Upload)):
            if standing_of(upload, now) != "in_hand":  # claimed in this very moment
                _let_go(upload, "forgotten")
    log.info("Files that nobody took were forgotten", action="uploads_forgotten", count=len(ids))


def next_forgetting(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """When the next content is to be forgotten."""
    kept = (Upload.organisation_id == organisation_id, Upload.content.is_not(None), Upload.at > now - KEPT)
    oldest = session.scalar(select(Upload.at).where(*kept).order_by(Upload.at).limit(1))
    return oldest + KEPT if oldest is not None else None


def _let_go(upload: Upload, how: Standing) -> None:
    """Whoever claimed it and died may have taken some of its rows: nobody is told that nothing has changed."""
    upload.content, upload.report = None, {"ended": how, "begun": upload.taken_at is not None}


def _locked(session: Session, organisation_id: int, upload_id: int) -> Upload | None:
    wanted = select(Upload).where(Upload.id == upload_id, Upload.organisation_id == organisation_id)
    return session.scalar(wanted.with_for_update(of=Upload))


def _tidy(filename: str) -> str:
    """The name without its folders, and without a CPR number."""
    name = mask_cpr(clean(re.split(r"[/\\]", filename)[-1]))[0]
    if len(name) <= _LONGEST_NAME:
        return name or "fil"
    return f"{name[: _LONGEST_NAME - 8]}…{name[-7:]}"


def _audit(session: Session, upload: Upload, adviser_id: int, action: str, now: datetime) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=adviser_id,
            organisation_id=upload.organisation_id,
            action=action,
            subject=f"upload:{upload.id}",
        )
    )
