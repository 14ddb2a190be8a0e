"""Tells Sentry (or what speaks like it) of errors, where ``SENTRY_DSN`` is set: our own log lines and nothing else.

None of Sentry's integrations is on: they would send addresses, forms and the values of variables. What goes is the line
as it stands in the log: a sentence, the action, ids, an error's kind and where, the release. Same action and place: one
issue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from importlib.metadata import version
from typing import Any, cast

from bot.logs import is_told, tell_too

#: Of a line these are told; whatever else a line may hold one day is not.
TOLD = (
    *("action", "code", "conversation", "error", "job", "kind", "logger", "message", "method", "organisation"),
    *("request", "route", "rule", "status", "thread", "where"),
)
_LEVELS = frozenset({"error", "critical"})

Send = Callable[[dict[str, Any]], object]


def report_faults(dsn: str) -> None:
    """From now on this process tells of its errors; asked for again, it goes on."""
    if not is_told():
        tell_too(teller(start(dsn, version("redningskrans"))))


def start(dsn: str, release: str, transport: Any = None) -> Send:
    """Connect. Raises ValueError for a DSN that is none. ``transport``: how it is sent, where not over the network."""
    import sentry_sdk  # only who has set it up needs it

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        server_name="",
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=None,
        shutdown_timeout=2,
        transport=transport,
    )
    return lambda event: sentry_sdk.capture_event(cast(Any, event))


def teller(send: Send) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    """What looks at each log line and passes errors on. It must never be what fails."""

    def tell(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if line.get("level") in _LEVELS:
            send(event_of(line))
        return line

    return tell


def event_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """One line as Sentry wants it."""
    tags = {name: str(line[name])[:200] for name in TOLD if line.get(name) not in (None, "")}
    return {
        "level": line["level"],
        "message": str(line.get("event", "")),
        "tags": tags,
        "fingerprint": [str(line.get(name, "")) for name in ("action", "error", "where")],
    }
