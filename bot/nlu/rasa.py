"""Rasa over HTTP: the only file that knows its ``/model/parse``. Rasa only listens; our own code talks.

Whatever goes wrong between us and Rasa, the embedded engine answers instead, within one budget an SMS, and nothing is
raised. No text and no address with its token is ever logged.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import requests
import structlog
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.meters import HEARD
from bot.nlu.breaker import Breaker
from bot.nlu.engine_counts import count_failure, count_heard, show_breaker
from bot.nlu.examples import SPLITTER
from bot.nlu.folding import fold
from bot.nlu.intents import INTENTS, OUT_OF_SCOPE
from bot.nlu.understand import SURE, Classifier, Rated

log = structlog.get_logger()
Answer = TypeVar("Answer")

#: For a whole SMS: its text and its pieces. After it the embedded engine answers.
BUDGET_SECONDS = 2.0
#: The probability that becomes "sure enough". DIET shares one whole among all that may be meant: see decision 0007.
SURE_FROM = 0.2
#: Below this an intent is not worth mentioning, as in the embedded engine.
_FLOOR = 0.2
_LONGEST = 1_600
_LARGEST_ANSWER = 1_000_000
_PART = 65_536
_ONE = 1.001  #: a softmax in 32 bits may say a little more than 1
_COMMAND = re.compile(r"^[\s/]+")


class RasaError(Exception):
    """Rasa did not answer as it should. ``kind`` is one of ``engine_counts.FAILURES``; the words name nobody."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


class RasaClassifier:
    """What Rasa says; where it does not answer in time, what ``instead`` says, and nobody notices."""

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        instead: Classifier,
        *,
        budget: float = BUDGET_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rasa = Rasa(url, token, budget)
        self._instead = instead
        self.breaker = Breaker(clock)

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """One answer for each text and each piece, all from the same engine."""
        if not texts and not pieces:
            return []
        rated = self._asked(texts, pieces) if self.breaker.may_ask() else None
        show_breaker(self.breaker.state)
        return self._instead.classify_many(texts, pieces) if rated is None else rated

    def _asked(self, texts: Sequence[str], pieces: Sequence[str]) -> list[Rated] | None:
        was_away = self.breaker.state != "closed"
        try:
            with HEARD.labels("rasa").time():
                rated = self._rasa.classify_many(texts, pieces)
        except RasaError as error:
            self.breaker.failed()
            count_failure(error.kind)
            log.warning("Rasa failed, the embedded engine answers", action="rasa_failed", kind=error.kind)
            return None
        self.breaker.answered()
        count_heard("rasa")
        if was_away:
            log.info("Rasa answers again", action="rasa_back")
        return rated


class Rasa:
    """One Rasa server. What goes wrong is a RasaError, and it comes within the budget."""

    def __init__(self, url: str, token: Callable[[], str], budget: float = BUDGET_SECONDS) -> None:
        self._url, self._token, self._budget = url.rstrip("/"), token, budget

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """What each text and piece may mean; one connection and one budget for all of them."""
        plain = [neutral(text) for text in (*texts, *pieces)]
        rows = within(self._budget, lambda deadline: self._rate(plain, deadline))
        return [_with(*rows), *rows[1:]] if len(texts) == 1 else rows

    def model(self) -> str:
        """The name of the model it answers with."""
        with _session() as session:
            status = within(self._budget, lambda deadline: self._ask(session, "GET", "/status", None, deadline))
        name = status.get("model_file") if isinstance(status, dict) else None
        if not isinstance(name, str):
            raise RasaError("answer", "answered something else than Rasa does")
        return name

    def _rate(self, texts: Sequence[str], deadline: float) -> list[Rated]:
        with _session() as session:
            return [
                rated(self._ask(session, "POST", "/model/parse", {"text": text}, deadline)) if text else []
                for text in texts
            ]

    def _ask(self, session: requests.Session, method: str, path: str, body: object, deadline: float) -> Any:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _too_late()
        try:
            answer = session.request(
                method,
                self._url + path,
                params={"token": self._token()},
                json=body,
                timeout=left,
                allow_redirects=False,  # a token is for one server
                stream=True,
            )
            with answer:
                return _read(answer, deadline)
        except requests.Timeout as error:
            raise _too_late() from error
        except requests.ConnectionError as error:
            raise RasaError("refused", "cannot be reached") from error
        except ReadTimeoutError as error:
            raise _too_late() from error
        except HTTPError as error:
            raise RasaError("answer", "broke its answer off") from error


def _with(whole: Rated, *pieces: Rated) -> Rated:
    """The whole is as sure of an intent as its surest piece: DIET shares one certainty among all that is said."""
    sure = dict(whole)
    for name, one in (pair for piece in pieces for pair in piece if pair[0] != OUT_OF_SCOPE):
        sure[name] = max(one, sure.get(name, 0.0))
    return sorted(sure.items(), key=lambda pair: -pair[1])


def neutral(text: str) -> str:
    """The text as Rasa was trained on it. What begins with "/", also after blanks, it would carry out as a command."""
    return _COMMAND.sub("", fold(text))[:_LONGEST].strip()


def rated(answer: Any) -> Rated:
    """Labels as intents, surest first. ``a+b`` speaks for both. RasaError where it is not what Rasa says."""
    try:
        shares = [(entry["name"].split(SPLITTER), _share(entry["confidence"])) for entry in answer["intent_ranking"]]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RasaError("answer", "answered something else than Rasa does") from error
    sums = Counter[str]()
    for names, share in shares:
        sums.update(dict.fromkeys(names, share))
    if sums.keys() - set(INTENTS):
        raise RasaError("answer", "answered with intents that are not ours")
    sure = {name: round(min(1.0, _confidence(total)), 4) for name, total in sums.items()}
    return sorted(((name, one) for name, one in sure.items() if one >= _FLOOR), key=lambda pair: -pair[1])


def _share(confidence: object) -> float:
    if not isinstance(confidence, float | int) or not 0 <= confidence <= _ONE:
        raise ValueError
    return min(1.0, confidence)


def _confidence(probability: float) -> float:
    """``SURE_FROM`` becomes 0.5; 0 and 1 stay."""
    if probability < SURE_FROM:
        return SURE * probability / SURE_FROM
    return SURE + (1 - SURE) * (probability - SURE_FROM) / (1 - SURE_FROM)


def within(seconds: float, ask: Callable[[float], Answer]) -> Answer:
    """The answer, or RasaError when the time is over, however slowly the other side drips.

    A timeout of requests only says how long each read may take, so the ask has a thread of its own.
    """
    future = Future[Answer]()
    deadline = time.monotonic() + seconds

    def run() -> None:
        try:
            future.set_result(ask(deadline))
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=run, name="rasa", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError as error:
        raise _too_late() from error
    except RasaError:
        raise
    except Exception as error:
        raise RasaError("other", f"cannot be asked ({type(error).__name__})") from error


def _read(answer: requests.Response, deadline: float) -> Any:
    if answer.status_code != requests.codes.ok:
        raise RasaError("status", f"answered {answer.status_code}")
    body = bytearray()
    # What is there, however little: who waits for a whole part of it is held as long as the other side drips.
    while part := answer.raw.read1(_PART, decode_content=True):
        body += part
        if len(body) > _LARGEST_ANSWER:
            raise RasaError("answer", "answered too much")
        if time.monotonic() > deadline:
            raise _too_late()
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RasaError("answer", "answered no JSON") from error


def _session() -> requests.Session:
    """Through no proxy and with no password of the environment: Rasa stands beside us."""
    session = requests.Session()
    session.trust_env = False
    return session


def _too_late() -> RasaError:
    return RasaError("timeout", "did not answer in time")
