"""What an adviser has begun to write, kept per conversation: on another machine, and after a refusal, it is there.

A draft is for its writer alone and is gone once it is sent or emptied. Part of the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Draft, Message, Note
from bot.nlu.masking import mask_cpr

Kind = Literal["sms", "note"]
#: More than an SMS can hold is still somebody's work.
LONGEST = 5000


def read_kind(name: str) -> Kind | None:
    """The kind of this name."""
    return cast(Kind, name) if name in ("sms", "note") else None


def read_drafts(session: Session, adviser_id: int, conversation_id: int) -> dict[str, str]:
    """What this adviser has begun here, by kind."""
    mine = select(Draft.kind, Draft.body).where(
        Draft.adviser_id == adviser_id, Draft.conversation_id == conversation_id
    )
    return {row.kind: row.body for row in session.execute(mine)}


def drafted(session: Session, adviser_id: int, conversation_ids: Iterable[int]) -> frozenset[int]:
    """In which of these conversations this adviser has begun to write: for rows that say so."""
    wanted = select(Draft.conversation_id).where(Draft.adviser_id == adviser_id)
    return frozenset(session.scalars(wanted.where(Draft.conversation_id.in_(list(conversation_ids)))))


def save_draft(
    session: Session, adviser_id: int, conversation_id: int, kind: Kind, body: str, now: datetime, form_token: str = ""
) -> None:
    """Keep it, without CPR numbers; nothing is kept where it is empty, or was sent while this was on its way."""
    text, _ = mask_cpr(body[:LONGEST])
    if not text.strip() or _is_sent(session, adviser_id, conversation_id, kind, text, form_token):
        drop_draft(session, adviser_id, conversation_id, kind)
        return
    key = (adviser_id, conversation_id, kind)
    found = session.get(Draft, key, with_for_update=True)
    if found is None:
        made = Draft(adviser_id=adviser_id, conversation_id=conversation_id, kind=kind, body=text, at=now)
        try:
            with session.begin_nested():
                session.add(made)
        except IntegrityError:  # another window of theirs came first
            found = session.get(Draft, key, with_for_update=True)  # and may have emptied it since
    if found is not None:
        found.body, found.at = text, now


def drop_draft(session: Session, adviser_id: int, conversation_id: int, kind: Kind) -> None:
    """It is sent, or emptied."""
    session.execute(
        delete(Draft).where(
            Draft.adviser_id == adviser_id, Draft.conversation_id == conversation_id, Draft.kind == kind
        )
    )


def _is_sent(session: Session, adviser_id: int, conversation_id: int, kind: Kind, body: str, form_token: str) -> bool:
    """True when the very form it stood in has been sent; a note has no token, so its words are asked for."""
    if kind == "sms":
        token = f"{conversation_id}-{form_token}"
        return bool(form_token) and session.scalar(select(Message.id).where(Message.form_token == token)) is not None
    newest = select(Note.body).where(Note.conversation_id == conversation_id, Note.adviser_id == adviser_id)
    return session.scalar(newest.order_by(Note.id.desc()).limit(1)) == body.strip()
