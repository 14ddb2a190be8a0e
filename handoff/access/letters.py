"""The two mails that bring a link to choose a password by, and the address of such a link."""

from __future__ import annotations

from datetime import datetime

from flask import request, url_for
from sqlalchemy.orm import Session

from bot.mail import queue_mail
from bot.models import Adviser
from handoff.access import invitations
from handoff.login import ways
from handoff.saying import DANISH
from handoff.wording import catalogue


def address_of(token: str) -> str:
    """Where the link leads, at the address that the service is known by."""
    return (ways().public_url or request.url_root).rstrip("/") + url_for("links.link", token=token)


def send_link(session: Session, adviser: Adviser, made_by_id: int | None, shop: datetime, *, forgotten: bool) -> str:
    """A new link, on its way by mail where mail is sent; gives its address. ``shop`` is the service's own time."""
    life = invitations.FORGOTTEN if forgotten else invitations.INVITED
    token = invitations.make(session, adviser.id, made_by_id, ways().clock(), life)
    address = address_of(token)
    if ways().sends_mail:
        words = catalogue(DANISH)["letters"]["forgotten" if forgotten else "invited"]
        body = words["body"].format(address=address)
        # The key tells this link from the others, and nothing else: the mail's row may be read by more than its reader.
        key = f"link:{ways().fingerprint('mail', token)[:32]}"
        queue_mail(session, adviser, "reset" if forgotten else "invitation", key, words["subject"], body, shop)
    return address
