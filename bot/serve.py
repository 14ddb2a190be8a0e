"""Runs the service: gunicorn with threads for the web, and beside it, in the same process, the worker and scheduler."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

from bot import health
from bot.app import Service
from bot.db import Database
from bot.gunicorn_log import GunicornLog
from bot.health_port import HealthPort
from bot.settings import Settings

log = structlog.get_logger()

#: Live inboxes hold a thread each; the rest answer in milliseconds.
_THREADS = 64
#: Kept open to PostgreSQL by a process; in a busy moment twice as many (docs/operations.md counts them).
_WEB_CONNECTIONS, _SCHEDULER_CONNECTIONS = 15, 3
#: For so long a stopping web may finish what is at hand: longer than a call to the gateway takes.
GRACE_SECONDS = 25


class PortTakenError(Exception):
    """The port is taken by another program."""


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings, *, processes: int, everything: bool) -> None:
        self._settings, self._processes, self._everything = settings, processes, everything
        self._service: Service | None = None
        self._resting: threading.Thread | None = None
        super().__init__()

    def load_config(self) -> None:
        for key, value in {
            "bind": f"{_address(self._settings)}:{self._settings.port}",
            "workers": self._processes,
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": 120,
            "graceful_timeout": GRACE_SECONDS,
            "loglevel": "warning",
            "logger_class": GunicornLog,
            "control_socket_disable": True,
            "when_ready": _end_at_once_when_told_twice,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Flask:
        """In the process that serves: nothing of it may be older than the fork."""
        connections = _WEB_CONNECTIONS + (self._settings.dispatch_threads // 2 if self._everything else 0)
        db = Database(self._settings.database_url, connections)
        self._service = Service(self._settings, db=db, is_one_of_several=self._processes > 1)
        return self._service.app

    def _begin(self, _worker: Any) -> None:
        service = self._service
        if service is None:
            return
        if self._everything:
            service.start()
        else:
            service.begin()
        _health_port(service, self._processes)
        stop_serving = signal.getsignal(signal.SIGTERM)

        def stop(number: int, frame: FrameType | None) -> None:
            """Open inboxes would keep gunicorn waiting, and what is at hand may be finished meanwhile."""
            self._resting = threading.Thread(target=service.rest, name="resting", daemon=True)
            self._resting.start()
            if callable(stop_serving):
                stop_serving(number, frame)

        signal.signal(signal.SIGTERM, stop)
        signal.siginterrupt(signal.SIGTERM, False)

    def _end(self, _server: Any, _worker: Any) -> None:
        if self._resting is not None:
            self._resting.join()
        if self._service is not None:
            self._service.stop()
        gc.freeze()  # looking through a memory that is given back as a whole would take a second of CPU


def _end_at_once_when_told_twice(server: Any) -> None:
    """For gunicorn's first process: a second SIGTERM is what SIGQUIT is."""
    times = itertools.count()

    def told(number: int, frame: FrameType | None) -> None:
        server.signal(signal.SIGQUIT if next(times) else number, frame)

    signal.signal(signal.SIGTERM, told)


def serve_web(settings: Settings, *, processes: int = 1, everything: bool = False) -> None:
    """Serve until Ctrl-C. ``everything`` adds the worker, the scheduler and, in the demo, the phone network.

    Raises PortTakenError.
    """
    if _is_taken(_address(settings), settings.port):
        raise PortTakenError(f"Port {settings.port} is taken by another program. Choose another one.")
    _Web(settings, processes=processes, everything=everything).run()


def run_beside(settings: Settings, *, worker: bool) -> None:
    """Run the worker's threads, or the scheduler, alone in this process until Ctrl-C or a stop signal.

    What is at hand is finished then; a second signal ends the process at once, and what it had on lease runs out.
    """
    connections = settings.dispatch_threads // 2 + 4 if worker else _SCHEDULER_CONNECTIONS
    service = Service(settings, db=Database(settings.database_url, connections))
    stopped = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            os._exit(128 + number)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    health = _health_port(service, 1)
    service.begin(*((service.worker, service.messenger) if worker else (service.scheduler,)))
    stopped.wait()
    log.info("What is at hand is finished, then this process ends", action="stopping")
    service.stop()
    if health is not None:
        health.close()
    gc.freeze()  # as above


def _health_port(service: Service, processes: int) -> HealthPort | None:
    """This process's own: of several, each takes the next that is free. Raises PortTakenError."""
    first = service.settings.health_port
    if not first:
        return None
    app = Flask("health", static_folder=None)
    app.register_blueprint(health.blueprint(service.db, service.clock, still=service.still))
    try:
        return HealthPort(app, _address(service.settings), range(first, first + processes))
    except OSError as error:
        which = f"HEALTH_PORT {first}" if processes == 1 else f"One of HEALTH_PORT {first} to {first + processes - 1}"
        raise PortTakenError(f"{which} is taken by another program. Choose another one.") from error


def _address(settings: Settings) -> str:
    """The demo's log-ins are printed and its phones need none, so it is for this machine alone."""
    return "127.0.0.1" if settings.demo else "0.0.0.0"  # noqa: S104  a service is meant to be reached


def _is_taken(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return True
    return False
