"""An organisation's own wordings: written by one, said once another has approved them, and our text one press away.

Each is one transaction of the caller's; the organisation's row is locked, so of two hands one comes first. What can be
expected to go wrong is a value (``TextRefused``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs import texts
from bot.dialogs.lints import Finding, objections
from bot.dialogs.sources import kept
from bot.incidents import end
from bot.models import COPENHAGEN, AuditEvent, Organisation, SourceCheck, Wording
from bot.sms import downgrade
from handoff.handoffs import Acting

Why = Literal["text_not_found", "not_admin", "own_draft", "findings", "no_change", "not_standing"]


@dataclass(frozen=True, slots=True)
class TextRefused:
    """It was not done, and why; ``findings`` are what the lints refuse."""

    why: Why
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One text of an organisation in one language."""

    organisation_id: int
    key: str
    language: str


def save_draft(session: Session, acting: Acting, place: Place, body: str, now: datetime) -> Wording | TextRefused:
    """Keep a wording that waits for somebody else's yes; a draft that waited before gives way to it."""
    if not _is_there(session, acting, place):
        return TextRefused("text_not_found")
    body = tidy(body)
    refused = tuple(finding for finding in objections(place.key, place.language, body) if finding.is_refused)
    if refused:
        return TextRefused("findings", refused)
    standing = _standing(session, place)
    if body in [said_now(place, standing.get("live")), *(wording.body for wording in standing.values())]:
        return TextRefused("no_change")
    if "draft" in standing:
        _end(session, acting, standing["draft"], "replaced", now)
    draft = Wording(**_columns(place), body=body, author_id=acting.adviser_id, at=now, status="draft")
    session.add(draft)
    session.flush()
    _audit(session, acting, draft, "wording_drafted", now)
    return draft


def approve(session: Session, acting: Acting, wording_id: int, now: datetime) -> Wording | TextRefused:
    """Let a draft be said from now on. Never by its author, nor where the lints have become stricter meanwhile."""
    draft = _locked(session, acting, wording_id)
    if draft is None:
        return TextRefused("text_not_found")
    if refused := _may_not_approve(acting, draft):
        return refused
    live = _standing(session, place_of(draft)).get("live")
    if live is not None:
        _end(session, acting, live, "replaced", now)
    draft.status, draft.approved_by_id, draft.approved_at = "live", acting.adviser_id, now
    session.flush()
    for filtered in (draft.key, f"{draft.key}:{draft.language}"):  # other words: an operator's filter is dealt with
        end(session, "text_blocked", now, organisation_id=draft.organisation_id, subject=filtered)
    _audit(session, acting, draft, "wording_approved", now)
    return draft


def _may_not_approve(acting: Acting, draft: Wording) -> TextRefused | None:
    if not acting.is_admin:
        return TextRefused("not_admin")
    if draft.status != "draft":
        return TextRefused("not_standing")
    if draft.author_id == acting.adviser_id:
        return TextRefused("own_draft")
    refused = tuple(found for found in objections(draft.key, draft.language, draft.body) if found.is_refused)
    return TextRefused("findings", refused) if refused else None


def withdraw(session: Session, acting: Acting, wording_id: int, now: datetime) -> Wording | TextRefused:
    """Go back to our text, or drop a draft. An author may drop their own draft; all else is an admin's."""
    wording = _locked(session, acting, wording_id)
    if wording is None:
        return TextRefused("text_not_found")
    own_draft = wording.status == "draft" and wording.author_id == acting.adviser_id
    if not (acting.is_admin or own_draft):
        return TextRefused("not_admin")
    if wording.status not in ("draft", "live"):
        return TextRefused("not_standing")
    _end(session, acting, wording, "withdrawn", now)
    _audit(session, acting, wording, "wording_withdrawn", now)
    return wording


def record_check(
    session: Session, acting: Acting, organisation_id: int, key: str, now: datetime
) -> SourceCheck | TextRefused:
    """Keep that the source was looked up today, and still says so. Once a person and day is enough."""
    if organisation_id not in acting.organisations or key not in kept():
        return TextRefused("text_not_found")
    if not acting.is_admin:
        return TextRefused("not_admin")
    mine = (SourceCheck.organisation_id == organisation_id, SourceCheck.key == key)
    newest = session.scalar(select(SourceCheck).where(*mine).order_by(SourceCheck.id.desc()).limit(1))
    today = now.astimezone(COPENHAGEN).date()
    if newest and newest.adviser_id == acting.adviser_id and newest.at.astimezone(COPENHAGEN).date() == today:
        return newest
    check = SourceCheck(organisation_id=organisation_id, key=key, adviser_id=acting.adviser_id, at=now)
    session.add(check)
    session.flush()
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=organisation_id,
            action="source_checked",
            subject=f"source_check:{check.id}",
            detail={"key": key},
        )
    )
    return check


def tidy(body: str) -> str:
    """A wording as it is kept: on one line, in the signs of an SMS."""
    return " ".join(downgrade(body).split())


def place_of(wording: Wording) -> Place:
    """Where a wording belongs."""
    return Place(wording.organisation_id, wording.key, wording.language)


def said_now(place: Place, live: Wording | None) -> str:
    """What is said at present: the organisation's own words, else ours."""
    return live.body if live is not None else texts.catalogue(place.language)[place.key]


def _is_there(session: Session, acting: Acting, place: Place) -> bool:
    """Whether this is a text of ours and theirs; locks the organisation until the transaction ends."""
    is_ours = place.language in texts.LANGUAGES and place.key in texts.catalogue(place.language)
    if place.organisation_id not in acting.organisations or not is_ours:
        return False
    wanted = select(Organisation.id).where(Organisation.id == place.organisation_id)
    return session.scalar(wanted.with_for_update(key_share=True)) is not None


def _locked(session: Session, acting: Acting, wording_id: int) -> Wording | None:
    wording = session.get(Wording, wording_id)
    if wording is None or not _is_there(session, acting, place_of(wording)):
        return None
    session.refresh(wording)
    return wording


def _standing(session: Session, place: Place) -> dict[str, Wording]:
    """The draft and the live wording of a text, by status, as far as there are any."""
    standing = select(Wording).filter_by(**_columns(place)).where(Wording.status.in_(("draft", "live")))
    return {wording.status: wording for wording in session.scalars(standing)}


def _columns(place: Place) -> dict[str, int | str]:
    return {"organisation_id": place.organisation_id, "key": place.key, "language": place.language}


def _end(session: Session, acting: Acting, wording: Wording, status: str, now: datetime) -> None:
    wording.status, wording.ended_by_id, wording.ended_at = status, acting.adviser_id, now
    session.flush()  # before another may stand in its place


def _audit(session: Session, acting: Acting, wording: Wording, action: str, now: datetime) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=wording.organisation_id,
            action=action,
            subject=f"wording:{wording.id}",
            detail={"key": wording.key, "language": wording.language},
        )
    )
