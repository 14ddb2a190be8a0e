"""What ``/metrics`` tells of the engines: which one answered, and how Rasa fails. Counts of this process alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prometheus_client import Counter, Enum

from bot.meters import HEARD
from bot.meters import REGISTRY as REGISTRY

if TYPE_CHECKING:  # the web shows the counts and need not load what hears
    from bot.nlu.understand import Classifier, Rated

ENGINES = ("embedded", "rasa")
#: refused: nobody listens · timeout: later than we wait · status: 401, 500 … · answer: not what Rasa says
FAILURES = ("refused", "timeout", "status", "answer", "other")

_heard = Counter("redningskrans_nlu_heard", "SMS by the engine that heard them.", ["engine"], registry=REGISTRY)
_failed = Counter("redningskrans_rasa_failures", "SMS that Rasa failed on.", ["kind"], registry=REGISTRY)
_breaker = Enum(
    "redningskrans_rasa_breaker",
    "Whether Rasa is asked: open means not, for a while.",
    states=["closed", "half-open", "open"],
    registry=REGISTRY,
)
for _engine in ENGINES:
    _heard.labels(_engine)
for _kind in FAILURES:
    _failed.labels(_kind)


def count_heard(engine: str) -> None:
    """One SMS was heard by this engine."""
    _heard.labels(engine).inc()


def count_failure(kind: str) -> None:
    """Rasa failed on one SMS; see ``FAILURES``."""
    _failed.labels(kind).inc()


def show_breaker(state: str) -> None:
    """How the breaker in front of Rasa stands now."""
    _breaker.state(state)


class Counted:
    """A classifier whose answers are counted under an engine's name."""

    def __init__(self, classifier: Classifier, engine: str) -> None:
        self._classifier, self._engine = classifier, engine

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """What the classifier says."""
        with HEARD.labels(self._engine).time():
            rated = self._classifier.classify_many(texts, pieces)
        if rated:
            count_heard(self._engine)
        return rated
