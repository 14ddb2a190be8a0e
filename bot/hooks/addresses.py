"""The addresses that an organisation wants told: added, tried, taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.hooks.events import EVENTS, TRIAL
from bot.incidents import end
from bot.models import Webhook, WebhookDelivery

#: Of one organisation.
MOST = 20


class HookError(ValueError):
    """The address cannot be added; the message says why."""


def add_webhook(
    session: Session, organisation_id: int, url: str, events: Collection[str], secret: str, now: datetime
) -> Webhook:
    """Tell this address of these events from now on; of all when none is named. Raises ``HookError``."""
    unknown = sorted(set(events) - set(EVENTS))
    if unknown:
        raise HookError(f"There is no event {unknown[0]}. There are: {', '.join(EVENTS)}.")
    if len(webhooks_of(session, [organisation_id])) >= MOST:
        raise HookError(f"An organisation has at most {MOST} of them; take one away first.")
    hook = Webhook(organisation_id=organisation_id, url=url, secret=secret, events=list(events or EVENTS), at=now)
    session.add(hook)
    session.flush()
    return hook


def webhooks_of(session: Session, organisations: Collection[int]) -> Sequence[Webhook]:
    """The addresses in use, oldest first."""
    mine = (Webhook.organisation_id.in_(organisations), Webhook.removed_at.is_(None))
    return session.scalars(select(Webhook).where(*mine).order_by(Webhook.id)).all()


def find_webhook(session: Session, organisations: Collection[int], webhook_id: int) -> Webhook | None:
    """One address in use, when it belongs to one of these."""
    return next((hook for hook in webhooks_of(session, organisations) if hook.id == webhook_id), None)


def remove_webhook(session: Session, hook: Webhook, now: datetime) -> None:
    """Tell it nothing more; what still waits is given up."""
    hook.removed_at = now
    end(session, "webhook_fails", now, organisation_id=hook.organisation_id, subject=str(hook.id))


def try_webhook(session: Session, hook: Webhook, now: datetime) -> None:
    """Send it a call that is about nothing."""
    number = session.scalar(select(func.count()).where(WebhookDelivery.webhook_id == hook.id)) or 0
    key = f"trial:{number}:{now.isoformat()}"
    session.add(WebhookDelivery(webhook_id=hook.id, event=TRIAL, key=key, payload={}, at=now, due_at=now))
