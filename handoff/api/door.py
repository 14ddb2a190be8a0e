"""Who calls: the bearer token says which organisation's data there is, and whether it may be changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Adviser, membership
from handoff.api.refusal import ApiError
from handoff.handoffs import Acting
from handoff.tokens import Scope, find


@dataclass(frozen=True, slots=True)
class Caller:
    """The organisation behind a token; nothing outside it exists for the caller."""

    organisation_id: int
    organisation: str
    may_write: bool


def let_in(db: Database, header: str | None, scope: Scope) -> Caller:
    """The caller of this ``Authorization`` header: 401 when there is none, 403 when it may only read."""
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise ApiError(401, "A token is missing: send the header Authorization: Bearer and the token.")
    with db.read() as session:
        row = find(session, token.strip())
    if row is None:
        raise ApiError(401, "This token is unknown or revoked.")
    if scope == "write" and row.scope != "write":
        raise ApiError(403, "This token may only read; make one with --scope write.")
    return Caller(row.organisation_id, row.organisation.slug, row.scope == "write")


def acting(session: Session, caller: Caller, email: str) -> Acting:
    """The adviser in whose name the caller acts, within the token's organisation only."""
    adviser = session.scalar(
        select(Adviser)
        .join(membership, membership.c.adviser_id == Adviser.id)
        .where(
            Adviser.email == email.strip().lower(),
            Adviser.is_active,
            membership.c.organisation_id == caller.organisation_id,
        )
    )
    if adviser is None:
        raise ApiError(422, "adviser: no active adviser of the token's organisation has this e-mail address.")
    return Acting(adviser.id, adviser.name, frozenset({caller.organisation_id}))
