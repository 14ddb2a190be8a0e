"""The list that an adviser has chosen is kept by every address of the inbox: its links, forms and live parts."""

from __future__ import annotations

from typing import Any

from flask import current_app, has_request_context, request

from handoff.filters import Choice, read_choice
from handoff.login import me

#: From folder to folder go only what the counts respect, and the order.
_TO_ANOTHER_FOLDER = frozenset({"organisation", "order"})
_QUEUE = "inbox.queue_page"


def this_choice() -> Choice:
    """The list that the address of this request asks for."""
    return read_choice(request.args, me().organisations)


def carry(endpoint: str, values: dict[str, Any]) -> None:
    """Add the chosen list to an address of the inbox that is built on one of its pages."""
    if not _is_ours(endpoint) or not _on_the_inbox():
        return
    for name, value in this_choice().address().items():
        if endpoint != _QUEUE or name in _TO_ANOTHER_FOLDER:
            values.setdefault(name, value)


def _is_ours(endpoint: str) -> bool:
    if endpoint in {_QUEUE, "inbox.live_queue"}:
        return True
    is_api = endpoint.startswith("api.")
    return not is_api and current_app.url_map.is_endpoint_expecting(endpoint, "conversation_id")


def _on_the_inbox() -> bool:
    if not has_request_context() or request.blueprint == "api" or not me().is_authenticated:
        return False
    return request.blueprint == "inbox" or "conversation_id" in (request.view_args or {})
