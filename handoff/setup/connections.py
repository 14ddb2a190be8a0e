"""What stands on the page of an organisation's connections: tokens and webhooks with how they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.hooks.addresses import webhooks_of
from bot.models import Token, WebhookDelivery
from handoff.formats import day, moment
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token: what it may do, and since when."""

    id: int
    scope: str
    since: str


@dataclass(frozen=True, slots=True)
class HookRow:
    """One address, what it is told, and how the newest call went."""

    id: int
    url: str
    events: tuple[str, ...]
    state: str
    is_bad: bool


def read_tokens(session: Session, organisation_id: int, now: datetime) -> tuple[TokenRow, ...]:
    """Those that open something, oldest first."""
    mine = (Token.organisation_id == organisation_id, Token.revoked_at.is_(None))
    rows = session.scalars(select(Token).where(*mine).order_by(Token.id))
    return tuple(
        TokenRow(row.id, word("token_scopes", row.scope), day(row.created_at.date(), now.date())) for row in rows
    )


def revoke(session: Session, organisation_id: int, token_id: int, now: datetime) -> bool:
    """Close a token; False when the organisation has none of this id. Closed twice it keeps its first time."""
    token = session.get(Token, token_id, with_for_update=True)
    if token is None or token.organisation_id != organisation_id:
        return False
    token.revoked_at = token.revoked_at or now
    return True


def read_hooks(session: Session, organisation_id: int, now: datetime) -> tuple[HookRow, ...]:
    """Those in use, oldest first."""
    hooks = webhooks_of(session, [organisation_id])
    newest = select(func.max(WebhookDelivery.id)).where(
        WebhookDelivery.webhook_id.in_([hook.id for hook in hooks]), WebhookDelivery.tries > 0
    )
    rows = session.scalars(
        select(WebhookDelivery).where(WebhookDelivery.id.in_(newest.group_by(WebhookDelivery.webhook_id)))
    )
    last = {row.webhook_id: row for row in rows}
    return tuple(
        HookRow(
            hook.id,
            hook.url,
            tuple(word("webhook_events", name) for name in hook.events),
            *_state(last.get(hook.id), now),
        )
        for hook in hooks
    )


def _state(delivery: WebhookDelivery | None, now: datetime) -> tuple[str, bool]:
    if delivery is None:
        return word("webhook_states", "none"), False
    if delivery.delivered_at is not None:
        return word("webhook_states", "taken", at=moment(delivery.delivered_at, now)), False
    if delivery.given_up_at is not None:
        return word(
            "webhook_states", "given_up", at=moment(delivery.given_up_at, now), error=delivery.error or ""
        ), True
    if delivery.error:
        again = moment(delivery.due_at, now)
        return word("webhook_states", "again", at=again, error=delivery.error), True
    return word("webhook_states", "calling"), False
