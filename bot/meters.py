"""What this process counts and times, for ``/metrics``: each an answer to a question of docs/metrics.md.

Of this process alone, from its start; what stands in the database is in ``bot.gauges``. Labels are few and fixed: never
a name, a number, an id or an address.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.clock import machine_clock

REGISTRY: Final = CollectorRegistry()

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SLOW = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200)

REQUESTS: Final = Histogram(
    "redningskrans_request_seconds",
    "Until a request was answered, by kind of address and class of the answer's status.",
    ["kind", "status"],
    buckets=_QUICK,
    registry=REGISTRY,
)
SMS: Final = Counter(
    "redningskrans_sms",
    "Steps in the life of SMS, as they were written down.",
    ["direction", "status"],
    registry=REGISTRY,
)
SMS_FAILED: Final = Counter(
    "redningskrans_sms_failures", "SMS that did not arrive, by class of the error.", ["error_class"], registry=REGISTRY
)
TURNS: Final = Histogram(
    "redningskrans_turn_seconds",
    "From an SMS written to us until its turn was done and its answer stood in the outbox.",
    buckets=_SLOW,
    registry=REGISTRY,
)
HANDOVERS: Final = Histogram(
    "redningskrans_handover_seconds",
    "From the moment when an SMS was due until the gateway had it.",
    ["kind"],
    buckets=_SLOW,
    registry=REGISTRY,
)
GATEWAY: Final = Histogram(
    "redningskrans_gateway_seconds",
    "Calls to the gateway, by what was asked and how it answered.",
    ["call", "answer"],
    buckets=_QUICK,
    registry=REGISTRY,
)
HEARD: Final = Histogram(
    "redningskrans_nlu_seconds",
    "Until one SMS was understood, by engine.",
    ["engine"],
    buckets=(0.001, 0.0025, *_QUICK),
    registry=REGISTRY,
)
JOBS: Final = Histogram(
    "redningskrans_job_seconds", "How long a job of the clockwork took.", ["job"], buckets=_SLOW, registry=REGISTRY
)
JOB_FAILURES: Final = Counter(
    "redningskrans_job_failures", "How often a job of the clockwork failed.", ["job"], registry=REGISTRY
)
JOB_SUCCESS: Final = Gauge(
    "redningskrans_job_last_success_timestamp_seconds",
    "When a job of the clockwork last ended well, by the machine's clock.",
    ["job"],
    registry=REGISTRY,
    multiprocess_mode="max",
)
STREAMS: Final = Gauge(
    "redningskrans_live_streams", "Open inboxes that are told of news.", registry=REGISTRY, multiprocess_mode="livesum"
)
LOGINS_REFUSED: Final = Counter(
    "redningskrans_logins_refused",
    "Log-ins that were refused: wrong, or too many wrong ones.",
    ["why"],
    registry=REGISTRY,
)
SWEPT: Final = Counter("redningskrans_rows_swept", "Old rows thrown away, by table.", ["table"], registry=REGISTRY)

_TO_COUNT = "redningskrans_to_count"


def once_committed(session: Session, count: Callable[[], None]) -> None:
    """Count it when the transaction is committed: what was rolled back never was."""
    session.info.setdefault(_TO_COUNT, []).append(count)


@event.listens_for(Session, "after_commit")
def _count(session: Session) -> None:
    for count in session.info.pop(_TO_COUNT, ()):
        count()


@contextmanager
def timed_job(name: str) -> Iterator[None]:
    """A job of the clockwork: how long it took, whether it failed, when it last ended well."""
    began = time.perf_counter()
    try:
        yield
    except Exception:
        JOB_FAILURES.labels(name).inc()
        raise
    finally:
        JOBS.labels(name).observe(time.perf_counter() - began)
    JOB_SUCCESS.labels(name).set(machine_clock().timestamp())


for _why in ("wrong", "too_many"):
    LOGINS_REFUSED.labels(_why)
for _direction, _status in (("in", "received"), ("in", "processed"), ("out", "sending"), ("out", "delivered")):
    SMS.labels(_direction, _status)
