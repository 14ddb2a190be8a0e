"""Live over SSE: a stream says *that* something changed, never what; the page then fetches its parts.

At most two streams an adviser: the oldest is told to end, and its page asks now and then instead. A dead stream is
noticed at its ping, and every stream ends after some minutes; the browser comes again by itself. A stream whose
session was ended, or whose adviser sees other organisations by now, says that something changed and ends within a ping:
the page asks, and is shown the log-in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from bot.meters import STREAMS
from handoff.feed import PRESENCE, Change, Feed
from handoff.login import login_manager, me, watch

PING_SECONDS = 5.0
#: How often it is asked at most whether the session still stands.
LOOK_SECONDS = 1.0
LIFE_SECONDS = 300.0
#: A list is drawn anew once in so long at most: the first change shows at once, those of a busy moment together.
REDRAW_SECONDS = 1.0

blueprint = Blueprint("live", __name__)


@blueprint.before_request
def _behind_the_login() -> ResponseReturnValue | None:
    return None if me().is_authenticated else login_manager.unauthorized()


@blueprint.get("/inbox/stream")
def stream() -> ResponseReturnValue:
    """The adviser's stream, from the event that the page shows: ``queue``, ``conversation-<id>``, ``presence-<id>``."""
    feed: Feed = current_app.extensions["handoff_feed"]
    acting = me().acting
    after = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    body = events(feed, acting.adviser_id, acting.organisations, _number(after), stands=watch())
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(body, mimetype="text/event-stream", headers=headers)


def events(
    feed: Feed,
    adviser_id: int,
    organisations: frozenset[int],
    after: int,
    stands: Callable[[], bool] = lambda: True,
    look_seconds: float = LOOK_SECONDS,
) -> Iterator[str]:
    """The lines of one stream: first what the page missed, then what happens, while the session ``stands``."""
    ends, looked = time.monotonic() + LIFE_SECONDS, time.monotonic()
    cursor, over = feed.open(adviser_id)
    STREAMS.inc()
    redraws = _Redraws()
    try:
        yield "retry: 1000\n\n"
        changes = feed.since(after, organisations)
        while time.monotonic() < ends and not feed.is_stopped and not over.is_set():
            yield (_said(changes) + redraws.said(changes, time.monotonic())) or ": ping\n\n"
            cursor, fresh = feed.wait(cursor, over, redraws.wait(time.monotonic()))
            if time.monotonic() - looked >= look_seconds:
                looked = time.monotonic()
                if not stands():
                    yield "event: queue\ndata:\n\n"
                    return
            changes = [change for change in fresh if change[1] in organisations]
        if over.is_set():
            yield "event: elsewhere\ndata:\n\n"
    finally:
        STREAMS.dec()
        feed.close(adviser_id, over)


class _Redraws:
    """When a stream says that the list has changed: the first change at once, those of a busy moment together."""

    def __init__(self) -> None:
        self._newest, self._is_owed, self._next = 0, False, 0.0

    def said(self, changes: list[Change], now: float) -> str:
        """The word for it, when it is time; what is not told yet is told later."""
        newest = max((change[0] for change in changes), default=PRESENCE)
        if newest != PRESENCE:
            self._newest, self._is_owed = newest, True
        if not self._is_owed or now < self._next:
            return ""
        self._is_owed, self._next = False, now + REDRAW_SECONDS
        return f"id: {self._newest}\nevent: queue\ndata:\n\n"

    def wait(self, now: float) -> float:
        """How long the stream may wait for what happens next."""
        return max(0.0, min(PING_SECONDS, self._next - now)) if self._is_owed else PING_SECONDS


def _number(told: str) -> int:
    return int(told[:18]) if told.isdecimal() else 0


def _said(changes: list[Change]) -> str:
    """Each thing once, whatever the number of changes. Who looks at what is news only to who looks there as well."""
    happened = [change for change in changes if change[0] != PRESENCE]
    names = dict.fromkeys(f"conversation-{conversation}" for _, _, conversation in happened)
    # Without the id: that goes with the list's word, or a page that comes again would not know what its list lacks.
    said = "".join(f"event: {name}\ndata:\n\n" for name in names)
    present = dict.fromkeys(conversation for number, _, conversation in changes if number == PRESENCE)
    return said + "".join(f"event: presence-{conversation}\ndata:\n\n" for conversation in present)
