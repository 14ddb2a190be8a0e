"""Twilio's message resource: how it is written in JSON, and which of them a list asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, select

from bot.simulator.errors import RefusedError, text_of
from bot.simulator.tables import SimMessage
from bot.simulator.webhooks import API_VERSION

_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_LARGEST_PAGE = 1000
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


def as_json(message: SimMessage, account_sid: str, status: str | None = None) -> dict[str, Any]:
    """The resource; ``status`` where it is answered before the SMS has gone anywhere."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    is_inbound = message.direction == "inbound"
    is_new = status is not None
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": "" if message.is_redacted else message.body,
        "date_created": _rfc2822(message.at),
        "date_sent": None if is_new else _rfc2822(message.at),
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": None if is_new else message.error_code,
        "error_message": text_of(message.error_code) if message.error_code and not is_new else None,
        "from": message.phone if is_inbound else message.service,
        "messaging_service_sid": None,
        "num_media": str(len(message.media)),
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": status or message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.service if is_inbound else message.phone,
        "uri": f"{uri}.json",
    }


def _rfc2822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the list is asked for, newest first."""

    number: int
    size: int
    after: str | None  #: the last message of the page before, so that new ones do not shift the pages

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Page:
        """Read PageSize, Page and PageToken; out of bounds is brought inside, as Twilio does."""
        size = min(max(1, _whole(args.get("PageSize"), 50)), _LARGEST_PAGE)
        token = args.get("PageToken", "")
        return cls(max(0, _whole(args.get("Page"), 0)), size, token[2:] if token.startswith("PA") else None)


def asked_for(args: Mapping[str, str], page: Page) -> Select[SimMessage]:
    """The messages of the page and one more, which tells whether there is a next page."""
    query = select(SimMessage).where(SimMessage.is_resource.is_(True)).order_by(SimMessage.id.desc())
    service_sent = SimMessage.direction == "outbound-api"
    for name, ours, theirs in (("To", "phone", "service"), ("From", "service", "phone")):
        if number := args.get(name):
            out, into = getattr(SimMessage, ours) == number, getattr(SimMessage, theirs) == number
            query = query.where((service_sent & out) | (~service_sent & into))
    since, until = _span(args)
    query = query.where(SimMessage.at >= since, SimMessage.at < until)
    if page.after is None:
        return query.offset(page.number * page.size).limit(page.size + 1)
    last = select(SimMessage.id).where(SimMessage.sid == page.after).scalar_subquery()
    return query.where(SimMessage.id < last).limit(page.size + 1)


def listing(path: str, args: Mapping[str, str], page: Page, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The list document around a page of resources (of which the last may be the one too many)."""
    shown = found[: page.size]
    filters = [(name, args[name]) for name in _FILTERS if args.get(name)]

    def uri(number: int, token: str | None = None) -> str:
        paging = [("PageSize", str(page.size)), ("Page", str(number)), *([("PageToken", token)] if token else [])]
        return f"{path}?{urlencode([*filters, *paging])}"

    more = len(found) > page.size
    start = page.number * page.size
    return {
        "end": max(start, start + len(shown) - 1),
        "first_page_uri": uri(0),
        "messages": shown,
        "next_page_uri": uri(page.number + 1, f"PA{shown[-1]['sid']}") if more else None,
        "page": page.number,
        "page_size": page.size,
        "previous_page_uri": uri(page.number - 1) if page.number else None,
        "start": start,
        "uri": uri(page.number, f"PA{page.after}" if page.after else None),
    }


def _span(args: Mapping[str, str]) -> tuple[datetime, datetime]:
    """From and (exclusive) to. Twilio's ``DateSent>`` means *at or after*; a time means its whole second."""
    since, until = _FIRST, _LAST
    if day := args.get("DateSent"):
        since, until = _bounds(day)
    if first := args.get("DateSent>"):
        since = max(since, _bounds(first)[0])
    if last := args.get("DateSent<"):
        until = min(until, _bounds(last)[1])
    return since, until


def _bounds(text: str) -> tuple[datetime, datetime]:
    try:
        if len(text) == len("2026-12-01"):
            start = datetime.combine(date.fromisoformat(text), time(), UTC)
            return start, start + timedelta(days=1)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise RefusedError(20400) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.replace(microsecond=0), at.replace(microsecond=0) + timedelta(seconds=1)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default
