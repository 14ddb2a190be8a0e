"""Some hundreds of residents write while everything around the service goes wrong in turn; then all is compared.

The service runs as its real processes, the phone network speaks Twilio's API and webhooks to it over HTTP. Afterwards
our tables and the phone network's log must tell the same, and each SMS have the answer that the rules give to it.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import requests
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.serving import make_server

from bench.ground import Ground, light
from bench.house import House
from bench.processes import ACCOUNT, TOKEN, BenchError, environment, free_port
from bench.reconciling import reconciled
from bench.replay import Replay, Said
from bench.residents import OURS, fill, phone_of
from bench.residents import Street as Residents
from bench.stand_in import StandIn, stand_in
from bench.timing import Times
from bench.troubles import Plan, Trouble
from bot.clock import machine_clock
from bot.db import Database
from bot.models import Conversation, Message, MessageStatus
from bot.nlu.understand import Classifier, Understanding
from bot.simulator import Network, register
from bot.simulator.faults import listed
from bot.simulator.tables import SimMessage

#: One letter: from this phone, these words.
Letter = tuple[str, str]
_LOOK = 0.2
_A_GROUP = 50  #: residents who write at the same time


@dataclass(frozen=True)
class Effort:
    """How much: all of it, or, in a test, just enough to see that it works."""

    sms: int = 10_000
    talks: int = 60
    at_once: int = 150  #: SMS that may be unread while more are written
    patience: float = 240.0
    hold: float = 11.0  #: seconds that a late answer is late


@dataclass
class Outcome:
    """What came of it. ``broken`` is what should not be."""

    written: int = 0
    stored: int = 0
    answered: int = 0
    silent: int = 0  #: by the rules: a human has the conversation
    overtaken: Counter[str] = field(default_factory=Counter)  #: answers that were not said any more, by reason
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    waits: Times = field(default_factory=lambda: Times([]))
    broken: list[str] = field(default_factory=list)


@dataclass
class Town:
    """All that there is while it lasts."""

    db: Database
    network: Network
    house: House
    rasa: StandIn
    ground: Ground
    scheduler: str  #: the name of the process that asks for what no webhook brought


def soak(ground: Ground, commands: Mapping[str, str], engine: Classifier, plan: Plan, effort: Effort) -> Outcome:
    """Begin the service, let them write, let it go wrong, wait until it is over, compare."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        replay = Replay(_fresh(stack, folder / "replay.db"), Understanding(engine).understand, effort.sms)
        letters = _letters(replay.talks(effort.talks), effort.sms)
        town = stack.enter_context(
            _town(ground, commands, engine, folder, len({phone for phone, _ in letters}), effort)
        )
        began, outcome = monotonic(), Outcome(written=len(letters))
        _live(town, letters, plan(town), effort, outcome)
        outcome.seconds = monotonic() - began
        _judge(town, replay, outcome)
        return outcome


def _fresh(stack: ExitStack, file: Path) -> Database:
    db = light(Database(f"sqlite:///{file}"))
    stack.callback(db.close)
    db.upgrade()
    return db


def _letters(talks: Sequence[Sequence[str]], count: int) -> list[Letter]:
    """So many SMS: groups of residents, of each group first all first ones, then all second ones."""
    letters: list[Letter] = []
    first = 0
    while len(letters) < count:
        group = range(first, first + _A_GROUP)
        for step in range(max(len(talk) for talk in talks)):
            letters += [(phone_of(n), talks[n % len(talks)][step]) for n in group if step < len(talks[n % len(talks)])]
        first += _A_GROUP
    return letters[:count]


@contextmanager
def _town(
    ground: Ground, commands: Mapping[str, str], engine: Classifier, folder: Path, residents: int, effort: Effort
) -> Iterator[Town]:
    db = Database(ground.url)
    db.upgrade()
    fill(db, Residents(residents=residents))
    port = free_port()
    phones = light(Database(f"sqlite:///{folder / 'phones.db'}"))
    network = Network(phones, machine_clock, ACCOUNT, TOKEN, f"http://127.0.0.1:{port}", hold=effort.hold)
    with _listening(network) as api, stand_in(engine) as rasa:
        own = {"NLU": "rasa", "RASA_URL": f"http://127.0.0.1:{rasa.server_port}", "LEASE_SECONDS": "9"}
        given = environment(ground.url, port, api, own)
        given["TWILIO_API_URL"] += "/simulator/twilio"
        house = House(commands, given, folder)
        scheduler = "scheduler" if "scheduler" in commands else "serve"
        try:
            house.open()
            _until(lambda: _is_up(port), effort.patience, "the web is up")
            network.start()
            yield Town(db, network, house, rasa, ground, scheduler)
        finally:
            network.stop()
            house.close()
            phones.close()
            db.close()


@contextmanager
def _listening(network: Network) -> Iterator[int]:
    """The phone network's API on a port of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line for each SMS
    app = Flask("phones")
    register(app, network, lambda _: None, lambda: None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _is_up(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).ok
    except requests.RequestException:
        return False


def _live(town: Town, letters: Sequence[Letter], troubles: Sequence[Trouble], effort: Effort, outcome: Outcome) -> None:
    """Write it all, with the troubles at even distances; then mend what a day would mend, and wait for the last.

    While a trouble lasts they write on until the next one is due: however quick they are, all come while they write.
    """
    written = begun = 0
    due = [len(letters) * (n + 1) // (len(troubles) + 2) for n in range(len(troubles) + 1)]

    def has_come(at: int) -> bool:
        return written >= at

    def trouble() -> None:
        nonlocal begun
        for at, one in zip(due, troubles, strict=False):
            _until(partial(has_come, at), effort.patience * 10, "they write")
            one.begin()
            outcome.faults[one.name] += one.times
            begun += 1

    troubling = threading.Thread(target=trouble, daemon=True)
    troubling.start()
    for n, (phone, text) in enumerate(letters):
        if n % 10 == 0:
            _until(lambda: _unread(town) < effort.at_once, effort.patience, "they are read")
        _until(
            lambda: not has_come(due[min(begun + 1, len(troubles))]) or begun == len(troubles),
            effort.patience,
            "the trouble is over",
        )
        town.network.send_from_phone(phone, OURS, text)
        written = n + 1
    troubling.join(effort.patience)
    _until(lambda: _is_quiet(town), effort.patience, "all that came is answered")
    while _stored(town) < len(letters):  # as every five minutes: what no webhook brought
        before = _stored(town)
        town.house.renew(town.scheduler)
        _until(partial(_has_more, town, before), effort.patience, "what was missed is fetched")
        _until(lambda: _is_quiet(town), effort.patience, "all that was fetched is answered")
    with town.network.db.read() as session:
        outcome.faults.subtract({str(left["error"]): int(left["next"]) for left in listed(session)})


def _until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    pause = threading.Event()
    deadline = monotonic() + seconds
    while not is_so():
        if monotonic() > deadline:
            raise BenchError(f"Not within {seconds:.0f} s: {what}")
        pause.wait(_LOOK)


def _unread(town: Town) -> float:
    """How many SMS wait for their turn; without end while nobody can tell."""
    with town.network.db.read() as session:
        coming = session.scalar(select(func.count(SimMessage.id)).where(SimMessage.status == "receiving")) or 0
    try:
        with town.db.read() as session:
            return coming + (session.scalar(select(func.count(Message.id)).where(Message.status == "received")) or 0)
    except SQLAlchemyError:
        return float("inf")


def _is_quiet(town: Town) -> bool:
    if not town.network.idle():
        return False
    unread = Message.status == "received"
    unsent = (Message.direction == "out") & Message.provider_sid.is_(None) & (Message.status != "refused")
    try:
        with town.db.read() as session:
            return session.scalar(select(Message.id).where(unread | unsent).limit(1)) is None
    except SQLAlchemyError:
        return False


def _has_more(town: Town, before: int) -> bool:
    try:
        return _stored(town) > before
    except SQLAlchemyError:
        return False


def _stored(town: Town) -> int:
    with town.db.read() as session:
        return session.scalar(select(func.count(Message.id)).where(Message.direction == "in")) or 0


def _judge(town: Town, replay: Replay, outcome: Outcome) -> None:
    outcome.stored = _stored(town)
    outcome.broken += reconciled(town.db, town.network.db, told=False)
    with town.db.read() as session:
        answers = {m.answers_id: m for m in session.scalars(select(Message).where(Message.answers_id.is_not(None)))}
        processed = (
            select(Message, Conversation.phone)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(MessageStatus, (MessageStatus.message_id == Message.id) & (MessageStatus.status == "processed"))
            .order_by(MessageStatus.id)
        )
        talks = defaultdict[str, list[Message]](list)
        for message, phone in session.execute(processed):
            talks[phone].append(message)
    for messages in talks.values():
        expected = replay.is_answered([Said(m.body, m.heard or {}) for m in messages])
        for message, is_answered in zip(messages, expected, strict=True):
            if (message.id in answers) is not is_answered:
                outcome.broken.append(
                    f"message {message.id}: {'no' if is_answered else 'an'} answer, against the rules"
                )
    outcome.overtaken.update(str(m.error) for m in answers.values() if m.status == "refused")
    outcome.answered = sum(m.status != "refused" for m in answers.values())
    outcome.silent = outcome.stored - len(answers)
    outcome.waits = Times(_waits(town, {m.id: m for messages in talks.values() for m in messages}, answers.values()))


def _waits(town: Town, into: Mapping[int, Message], answers: Iterable[Message]) -> list[float]:
    """From an SMS written on a phone to its answer there, by the phone network's clock."""
    with town.network.db.read() as session:
        at = {sid: moment.timestamp() for sid, moment in session.execute(select(SimMessage.sid, SimMessage.at))}
    pairs = [(m.provider_sid, into[m.answers_id].provider_sid) for m in answers if m.provider_sid and m.answers_id]
    return [at[out] - at[written] for out, written in pairs if out in at and written in at]
