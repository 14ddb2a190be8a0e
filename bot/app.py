"""Composition root: settings in, the service out. The only place where adapters are chosen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bot import crews, health, simulator, unavailable, voice, webhooks
from bot.advance import Advance
from bot.bell import Bell
from bot.clock import Clock, database_clock, machine_clock
from bot.db import Database
from bot.dialogs.state import Heard
from bot.dispatch import Dispatch
from bot.fault_report import report_faults
from bot.gateway import Gateway, GatewayDownError
from bot.hooks.caller import Caller, is_public
from bot.hooks.deliveries import Deliveries
from bot.hooks.sealed import Vault
from bot.logs import about
from bot.mailing import demo_page
from bot.mailing.port import KeepingMailer, Mailer
from bot.mailing.postman import Postman
from bot.mailing.smtp import SmtpMailer
from bot.metered_gateway import MeteredGateway
from bot.request_log import log_requests
from bot.search_index import index_of
from bot.settings import Settings
from bot.simulator.directory import Directory
from bot.simulator.network import Network
from bot.turns import Turns, Understand
from bot.twilio_gateway import TwilioGateway
from bot.wire import Wire
from bot.worker import Worker
from handoff import api as json_api
from handoff import web as inbox
from handoff.access.settings import ways_of
from handoff.alerts.rounds import make_round
from handoff.board.keeping import keep_months
from scheduler import jobs
from scheduler.desk import Desk
from scheduler.service import Pace, Scheduler

if TYPE_CHECKING:
    from bot.nlu.understand import Classifier

log = structlog.get_logger()

#: Training may have failed for want of space; it costs a minute or two to find out again.
_LOAD_AGAIN = timedelta(minutes=5)


class Lazily:
    """The understanding, loaded by the first who needs it: the web answers while the classifier still loads.

    Where it cannot be loaded, STOP and crisis words are still heard by rule and the rest goes to a human; it is tried
    again after a while.
    """

    def __init__(self, load: Callable[[], Understand], clock: Clock = machine_clock) -> None:
        self._load, self._clock, self._lock = load, clock, threading.Lock()
        self._loaded: Understand | None = None
        self._again_at: datetime | None = None

    def __call__(self, text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        """Understand one SMS; see ``bot.nlu.understand``."""
        return self.loaded()(text, today, media=media, previous_language=previous_language)

    def loaded(self) -> Understand:
        """Wait until it is there, or until it is clear that it does not come now."""
        with self._lock:
            if self._loaded is None and (self._again_at is None or self._clock() >= self._again_at):
                self._try_to_load()
            return self._loaded or by_rule_alone()

    def _try_to_load(self) -> None:
        try:
            self._loaded = self._load()
        except Exception as error:
            self._again_at = self._clock() + _LOAD_AGAIN
            log.error("The understanding could not be loaded", action="nlu_not_loaded", **about(error))


class Service:
    """All parts of one process: the web, the worker's threads, the scheduler, and in the demo the phone network."""

    def __init__(
        self,
        settings: Settings,
        *,
        db: Database | None = None,
        clock: Clock | None = None,
        gateway: Gateway | None = None,
        understand: Understand | None = None,
        network: Network | None = None,
        is_one_of_several: bool = False,
    ) -> None:
        self.settings, self._is_one_of_several = settings, is_one_of_several
        if settings.sentry_dsn:
            report_faults(settings.sentry_dsn)
        self.db = db or Database(settings.database_url)
        self.db.index = index_of(settings.data_key)
        self.bell = self.db.bell = Bell()
        self.wire, self._begun = Wire(self.db, self.bell), tuple[Worker | Scheduler, ...]()
        self.clock = clock or (database_clock(self.db) if settings.demo else machine_clock)
        self.gateway = MeteredGateway(
            gateway or TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
        )
        self.understand = Lazily(lambda: understand or load_understanding(settings))
        self.turns = Turns(self.db, self.clock, self.understand)
        self.dispatch = Dispatch(self.db, self.clock, self.gateway, settings.public_url)
        self.worker = crews.worker(self.db, self.bell, self._take_turn, self.dispatch, settings.dispatch_threads)
        # What is told to others than residents waits for nothing that a resident waits for.
        self.postman = Postman(self.db, self.clock, mailer_of(settings), settings.public_url)
        self.messenger = crews.messenger(self.bell, self._deliveries(), self.postman)
        seconds, lease = (5, 9) if settings.demo else (60, settings.lease_seconds)
        pace = Pace(renew=lease / 3, lease=lease)
        self.scheduler = Scheduler(self.db, self.clock, seconds, self._wake, self.gateway, pace, _round)
        self.network = network or (_network(settings, self.db, self.clock) if settings.demo else None)
        self.app = self._web()

    def start(self) -> None:
        """Begin all that runs beside the web."""
        if self.network is not None:
            self.network.start()
        self.begin(self.worker, self.messenger, self.scheduler)

    def begin(self, *parts: Worker | Scheduler) -> None:
        """Begin these, and hear what other processes write; in the process that runs them, after any fork."""
        self.wire.start()
        for part in parts:
            part.start()
        self._begun += parts

    def still(self) -> list[str]:
        """Which of what was begun here stands still."""
        return [name for part in self._begun for name in part.still()]

    def stop(self) -> None:
        """End it all after the work at hand."""
        self.rest()
        if self.network is not None:
            self.network.stop()
            self.network.db.close()
        self.db.close()

    def rest(self) -> None:
        """Begin no more work, finish what is at hand, give back what others wait for."""
        self.app.extensions["handoff_feed"].stop()  # else an open inbox holds its thread until the next ping
        begun, self._begun = self._begun, ()
        ends = [part.stop for part in reversed(begun)] + [self.postman.stop] * (self.messenger in begun)
        for end in [*ends, self.wire.stop]:
            try:
                end()
            except Exception as error:  # the database may be away: what is on lease runs out
                log.warning("Not all could be given back", action="stop_failed", **about(error))

    def _deliveries(self) -> Deliveries:
        anywhere = self.settings.demo  # a demo may tell a program on the same machine
        caller, vault = Caller((lambda _: True) if anywhere else is_public), Vault(self.settings.data_key)
        return Deliveries(self.db, self.clock, caller, opened=vault.open)

    def _gateway_answers(self) -> bool:
        """Ask for a message that is none: whether the gateway is there and knows the account."""
        try:
            self.gateway.fetch("SM" + "0" * 32)
        except GatewayDownError:
            return False
        return True

    def _take_turn(self, found: Callable[[], None]) -> bool:
        """No SMS is claimed before the understanding is there: a first training must not eat up its tries."""
        self.understand.loaded()
        return self.turns.take_some(found)

    def _wake(self) -> None:
        self.worker.wake()

    def _web(self) -> Flask:
        settings = self.settings
        app = Flask("redningskrans", static_folder=None)
        app.secret_key = settings.secret_key
        log_requests(app)  # first, so that what others log has the request's id
        if settings.trusted_proxies:  # else whoever asks could name any address as theirs
            told = settings.trusted_proxies
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=told, x_proto=0)  # type: ignore[method-assign]  # Flask's own way
        calls = voice.blueprint(self.db, self.clock, self.gateway, settings.public_url)
        app.register_blueprint(calls)
        own = not self._is_one_of_several  # the next question is answered by another one
        app.register_blueprint(health.blueprint(self.db, self.clock, still=self.still, counts_own=own))
        unavailable.register(app)
        secure = settings.public_url.startswith("https:")
        inbox.register(app, self.db, self.clock, secure, self._wake, ways=ways_of(settings))
        app.extensions["handoff_waves"] = Desk()
        app.extensions["handoff_mails"] = mailer_of(settings) is not None
        app.extensions["handoff_is_demo"] = settings.demo
        app.extensions["handoff_engine"] = settings.nlu
        app.extensions["handoff_probe"] = self._gateway_answers
        app.extensions["handoff_public_url"] = settings.public_url  # a caretaker's link is opened elsewhere
        api = json_api.blueprint(self.db, self.clock, self._wake)
        app.register_blueprint(api)
        for proven in (calls, api):  # by a signature, by a bearer token
            inbox.csrf.exempt(proven)
        if self.network is not None:
            mails = demo_page.blueprint(self.db, settings.public_url)
            simulator.register(app, self.network, *self._demo_clock(self.network), beside=(mails,))
        front = webhooks.in_front(app.wsgi_app, self.db, self.clock, self.gateway, settings.public_url)
        app.wsgi_app = front  # type: ignore[assignment, method-assign]  # Flask's own way
        return app

    def _tick(self, now: datetime) -> None:
        jobs.tick(self.db, now)
        _round(self.db, now)

    def _demo_clock(self, network: Network) -> tuple[Callable[[datetime], None], Callable[[], datetime | None]]:
        advance = Advance(
            self.db,
            self.clock,
            tick=self._tick,
            due_moment=lambda now: jobs.due_moments(self.db, now),
            is_idle=network.idle,
            wake=self._wake,
        )
        return advance, advance.next_step


def _round(db: Database, now: datetime) -> None:
    """What the inbox does of itself while nobody looks at it."""
    make_round(db, now)
    keep_months(db, now)


def mailer_of(settings: Settings) -> Mailer | None:
    """Who carries e-mails; the demo sends none to anybody. None: no server is named. Raises SettingsError."""
    if settings.demo:
        return KeepingMailer()
    named = settings.mail_server()
    return SmtpMailer(*named) if named else None


def phones_database(settings: Settings, db: Database) -> Database:
    """The phone network's own file: what a handset holds is no data of the service."""
    name = Path(str(db.url.database)).stem
    return Database(f"sqlite:///{settings.var / name}.simulator.db")


def _network(settings: Settings, db: Database, clock: Clock) -> Network:
    account = (settings.twilio_account_sid, settings.twilio_auth_token)
    own = phones_database(settings, db)
    return Network(own, clock, *account, settings.public_url, directory=Directory(db))


class _Deaf:
    """A classifier that is sure of nothing."""

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[list[tuple[str, float]]]:
        return [[] for _ in (*texts, *pieces)]


def by_rule_alone() -> Understand:
    """What is heard without a classifier: STOP, START, crisis words, short answers and values."""
    from bot.nlu.understand import Understanding

    return Understanding(_Deaf()).understand


def load_understanding(settings: Settings) -> Understand:
    """The understanding, on the engine that the settings name."""
    from bot.nlu.understand import Understanding

    return Understanding(load_classifier(settings)).understand


def load_classifier(settings: Settings) -> Classifier:
    """The embedded engine, trained or read from its cache; with ``NLU=rasa`` it stands behind Rasa."""
    from bot.nlu.embedded import EmbeddedClassifier  # heavy: only the worker needs it
    from bot.nlu.engine_counts import Counted

    embedded = Counted(EmbeddedClassifier.load(settings.models), "embedded")
    if settings.nlu == "embedded":
        return embedded
    from bot.nlu.rasa import RasaClassifier

    return RasaClassifier(settings.rasa_url, settings.rasa_secret, embedded)
