"""What an adviser chose for themselves, with the defaults; only what differs is stored (``Adviser.preferences``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Preferences(BaseModel):
    """The choices of one adviser. An unknown key, of a newer version, is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    keyboard: bool = True  #: single keys: j, k, c, r, n, /, ?
    browser_alerts: bool = False  #: a notification of the browser when something new waits
    mail_waiting_minutes: int | None = Field(default=60, ge=5, le=1440)  #: None: no mail when a resident waits
    mail_digest: bool = False  #: each working morning what waits
    mail_mentions: bool = True
    mail_incidents: bool = True  #: of admins: what is wrong with the service and must not wait


def read_preferences(stored: Mapping[str, Any]) -> Preferences:
    """The choices, with the default for what is not stored."""
    return Preferences.model_validate(stored)


def changed(stored: Mapping[str, Any], **choices: object) -> dict[str, Any]:
    """What is to be stored after these choices. Raises ``pydantic.ValidationError`` for one that is not allowed."""
    return Preferences.model_validate({**stored, **choices}).model_dump(exclude_defaults=True)
