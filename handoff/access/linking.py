"""Whose account at the provider is whose here: by its subject; by a verified e-mail, once; by the adviser's own hand.

Nobody registers themselves. An e-mail counts only where the provider says that it has verified it: in Entra ID a mail
address is a field that others may fill in, so there the adviser links the account under "Mine indstillinger" instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Adviser


def subject_of(claims: Mapping[str, Any]) -> str:
    """Issuer and subject, joined by a space: a subject is its issuer's own."""
    return f"{claims['iss']} {claims['sub']}"


def known(session: Session, claims: Mapping[str, Any], on_link: Callable[[Adviser], None]) -> Adviser | None:
    """The adviser of this account; linked now when a verified e-mail says who it is (``on_link`` is told). None for
    everybody else.
    """
    linked = session.scalar(select(Adviser).where(Adviser.oidc_subject == subject_of(claims)))
    if linked is not None:
        return linked if linked.is_active else None
    email = verified_email(claims)
    if not email:
        return None
    unlinked = Adviser.email == email, Adviser.is_active.is_(True), Adviser.oidc_subject.is_(None)
    adviser = session.scalar(select(Adviser).where(*unlinked).with_for_update())
    if adviser is None or not link(session, adviser, claims):
        return None
    on_link(adviser)
    return adviser


def link(session: Session, adviser: Adviser, claims: Mapping[str, Any]) -> bool:
    """Let this account be this adviser's; False when it is somebody else's."""
    subject = subject_of(claims)
    if len(subject) > 400:
        return False
    try:
        with session.begin_nested():
            adviser.oidc_subject = subject
    except IntegrityError:
        return False
    return True


def verified_email(claims: Mapping[str, Any]) -> str:
    """The e-mail, where the provider vouches for it; Entra ID's own word for that is ``xms_edov``."""
    is_verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")
    return str(claims.get("email", "")).strip().lower() if is_verified else ""
