"""Who has access: what an admin may change about colleagues, within the organisations that the admin has.

Whatever touches a colleague as a whole (role, closing, a new link, the second step) takes an admin who has all of that
colleague's organisations: else an admin of one could make themselves admin of another. Each organisation that has an
admin keeps one. Every change is audited, and ends the colleague's sessions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.models import Adviser, AuditEvent, Organisation, membership
from handoff.access import invitations, sessions, two_step
from handoff.advisers import AdviserError, Role, add_adviser
from handoff.handoffs import Acting

Why = Literal[
    "not_admin", "not_found", "email", "taken", "name", "organisation", "not_yours", "not_all_yours", "last_admin",
    "yourself", "inactive",
]  # fmt: skip

_LONGEST_NAME, _LONGEST_EMAIL = 120, 200


@dataclass(frozen=True, slots=True)
class UserRefused:
    """Nothing was changed, and why."""

    why: Why


@dataclass(frozen=True, slots=True)
class Moment:
    """Two clocks: the service's for the audit, the machine's for sessions and links."""

    service: datetime
    machine: datetime


def colleagues(session: Session, acting: Acting) -> list[Adviser]:
    """Everybody who shares an organisation with this admin; who left stands last."""
    of_ours = select(membership.c.adviser_id).where(membership.c.organisation_id.in_(acting.organisations))
    wanted = select(Adviser).where(Adviser.id.in_(of_ours)).options(selectinload(Adviser.organisations))
    return sorted(session.scalars(wanted), key=lambda it: (not it.is_active, it.name.lower()))


def find(session: Session, acting: Acting, adviser_id: int) -> Adviser | None:
    """One of them."""
    return next((it for it in colleagues(session, acting) if it.id == adviser_id), None)


def has_all_of(acting: Acting, adviser: Adviser) -> bool:
    """True when the admin has every organisation of this colleague."""
    return {organisation.id for organisation in adviser.organisations} <= acting.organisations


def invite(
    session: Session, acting: Acting, email: str, name: str, role: Role, wanted: Collection[int], now: Moment
) -> Adviser | UserRefused:
    """A new colleague without a password; the link to choose one is the caller's to make."""
    if not acting.is_admin:
        return UserRefused("not_admin")
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        return UserRefused("name")
    if len(email) > _LONGEST_EMAIL:
        return UserRefused("email")
    if not wanted:
        return UserRefused("organisation")
    if not set(wanted) <= acting.organisations:
        return UserRefused("not_yours")
    known = session.scalar(select(Adviser.id).where(Adviser.email == email.strip().lower()))
    if known is not None:
        return UserRefused("taken")
    try:
        made = add_adviser(
            session, email, " ".join(name.split()), role, _organisations(session, wanted), None, now.service
        )
    except AdviserError:
        return UserRefused("email")
    _audit(session, acting, made, "user_invited", now, role=role, organisations=sorted(wanted))
    return made


def change_role(session: Session, acting: Acting, adviser_id: int, role: Role, now: Moment) -> Adviser | UserRefused:
    """Adviser or admin."""
    found = _whole(session, acting, adviser_id)
    if isinstance(found, UserRefused) or found.role == role:
        return found
    if found.id == acting.adviser_id:
        return UserRefused("yourself")
    if role == "adviser" and _is_last_admin(session, found, found.organisations):
        return UserRefused("last_admin")
    found.role = role
    return _changed(session, acting, found, "user_role_changed", now, role=role)


def change_organisations(
    session: Session, acting: Acting, adviser_id: int, wanted: Collection[int], now: Moment
) -> Adviser | UserRefused:
    """Which organisations they see, among those that the admin has; others stay as they are."""
    found = _locked(session, acting, adviser_id)
    if isinstance(found, UserRefused):
        return found
    if not set(wanted) <= acting.organisations:
        return UserRefused("not_yours")
    have = {organisation.id for organisation in found.organisations}
    will_have = (have - acting.organisations) | set(wanted)
    if refused := _may_move(session, acting, found, have, will_have):
        return refused
    if have == will_have:
        return found
    found.organisations = _organisations(session, will_have)
    return _changed(session, acting, found, "user_organisations_changed", now, organisations=sorted(will_have))


def deactivate(session: Session, acting: Acting, adviser_id: int, now: Moment) -> Adviser | UserRefused:
    """Close the access: no log-in, no session, no link."""
    found = _whole(session, acting, adviser_id)
    if isinstance(found, UserRefused) or not found.is_active:
        return found
    if found.id == acting.adviser_id:
        return UserRefused("yourself")
    if _is_last_admin(session, found, found.organisations):
        return UserRefused("last_admin")
    found.is_active = False
    invitations.void(session, found.id, now.machine)
    return _changed(session, acting, found, "user_deactivated", now)


def reactivate(session: Session, acting: Acting, adviser_id: int, now: Moment) -> Adviser | UserRefused:
    """Open the access again, as it was."""
    found = _whole(session, acting, adviser_id)
    if isinstance(found, UserRefused) or found.is_active:
        return found
    found.is_active = True
    return _changed(session, acting, found, "user_reactivated", now)


def reset_two_step(session: Session, acting: Acting, adviser_id: int, now: Moment) -> Adviser | UserRefused:
    """The phone and the paper are gone: the next log-in is by password alone, and an admin sets new codes up then."""
    found = _whole(session, acting, adviser_id)
    if isinstance(found, UserRefused):
        return found
    if found.id == acting.adviser_id:
        return UserRefused("yourself")
    two_step.turn_off(session, found)
    return _changed(session, acting, found, "two_step_reset", now)


def may_have_link(session: Session, acting: Acting, adviser_id: int, now: Moment) -> Adviser | UserRefused:
    """The colleague who is given a new link to choose a password by; audited, for it opens their access."""
    found = _whole(session, acting, adviser_id)
    if isinstance(found, UserRefused):
        return found
    if not found.is_active:
        return UserRefused("inactive")
    _audit(session, acting, found, "user_link_made", now)
    return found


def _whole(session: Session, acting: Acting, adviser_id: int) -> Adviser | UserRefused:
    found = _locked(session, acting, adviser_id)
    if isinstance(found, UserRefused):
        return found
    return found if has_all_of(acting, found) else UserRefused("not_all_yours")


def _locked(session: Session, acting: Acting, adviser_id: int) -> Adviser | UserRefused:
    """The colleague, with all admins' rows held: else two admins could close each other at once."""
    if not acting.is_admin:
        return UserRefused("not_admin")
    session.execute(select(Adviser.id).where(Adviser.role == "admin").order_by(Adviser.id).with_for_update())
    return find(session, acting, adviser_id) or UserRefused("not_found")


def _may_move(
    session: Session, acting: Acting, found: Adviser, have: set[int], will_have: set[int]
) -> UserRefused | None:
    if not will_have:
        return UserRefused("organisation")
    if found.role == "admin" and found.id != acting.adviser_id and not has_all_of(acting, found):
        return UserRefused("not_all_yours")
    left = [organisation for organisation in found.organisations if organisation.id in have - will_have]
    return UserRefused("last_admin") if _is_last_admin(session, found, left) else None


def _is_last_admin(session: Session, adviser: Adviser, organisations: Iterable[Organisation]) -> bool:
    """True when one of these organisations would be left without anybody who may change things in it."""
    if adviser.role != "admin" or not adviser.is_active:
        return False
    ids = {organisation.id for organisation in organisations}
    others = (
        select(membership.c.organisation_id)
        .join(Adviser, Adviser.id == membership.c.adviser_id)
        .where(Adviser.role == "admin", Adviser.is_active.is_(True), Adviser.id != adviser.id)
    )
    return not ids <= set(session.scalars(others))


def _organisations(session: Session, ids: Collection[int]) -> list[Organisation]:
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)))


def _changed(session: Session, acting: Acting, adviser: Adviser, action: str, now: Moment, **detail: object) -> Adviser:
    session.flush()
    sessions.end_all(session, adviser.id, now.machine)
    _audit(session, acting, adviser, action, now, **detail)
    return adviser


def _audit(session: Session, acting: Acting, adviser: Adviser, action: str, now: Moment, **detail: object) -> None:
    """One row an organisation of theirs: each sees who was let in to it."""
    by = {"adviser_id": acting.adviser_id, "subject": f"adviser:{adviser.id}", "detail": detail}
    session.add_all(
        AuditEvent(at=now.service, organisation_id=o.id, action=action, **by) for o in adviser.organisations
    )
