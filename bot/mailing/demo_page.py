"""``/simulator/mail``: what the demo would have mailed, newest first, so that a link in an invitation can be followed.

The demo's mails leave nowhere; outside it the page does not exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bot.db import Database
from bot.mailing.letters import written_out
from bot.models import Mail

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_MOST = 100
_LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail as it is shown."""

    to: str
    subject: str
    at: str
    state: str
    body: Markup


def blueprint(db: Database, public_url: str) -> Blueprint:
    """The page."""
    pages = Blueprint("simulator_mail", __name__, url_prefix="/simulator", template_folder="templates")

    @pages.get("/mail")
    def mails() -> Response:
        response = make_response(render_template("mailing/demo.html", mails=_read(db, public_url)))
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    return pages


def _read(db: Database, public_url: str) -> list[Shown]:
    wanted = select(Mail).where(Mail.subject != "").options(joinedload(Mail.adviser))
    with db.read() as session:
        return [_shown(mail, public_url) for mail in session.scalars(wanted.order_by(Mail.id.desc()).limit(_MOST))]


def _shown(mail: Mail, public_url: str) -> Shown:
    text = written_out(mail.kind, mail.adviser.name.split(" ")[0], mail.body, public_url)
    state = f"sendt {mail.sent_at:%d.%m. %H:%M}" if mail.sent_at else "på vej"
    return Shown(mail.adviser.email, mail.subject, f"{mail.at:%d.%m.%Y %H:%M}", state, _linked(text))


def _linked(text: str) -> Markup:
    """The text with its addresses as links; all else is escaped."""
    parts, last = [], 0
    for found in _LINK.finditer(text):
        url = found[0].rstrip(".,)")
        parts += [escape(text[last : found.start()]), Markup('<a href="{0}">{0}</a>').format(url)]
        last = found.start() + len(url)
    return Markup("").join([*parts, escape(text[last:])])
