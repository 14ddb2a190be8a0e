"""Runs the service: gunicorn with threads for the web, and beside it, in the same process, the worker and scheduler."""

from __future__ import annotations

import signal
import socket
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from bot.app import Service
from bot.settings import Settings

#: Live inboxes hold a thread each; the rest answer in milliseconds.
_THREADS = 64


class PortTakenError(Exception):
    """The port is taken by another program."""


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings, *, processes: int, everything: bool) -> None:
        self._settings, self._processes, self._everything = settings, processes, everything
        super().__init__()

    def load_config(self) -> None:
        for key, value in {
            "bind": f"{_address(self._settings)}:{self._settings.port}",
            "workers": self._processes,
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": 120,
            "graceful_timeout": 3,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": lambda _server, worker: worker.service.stop() if hasattr(worker, "service") else None,
            "post_worker_init": self._begin,
        }.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Flask:
        self.service = Service(self._settings)
        return self.service.app

    def _begin(self, worker: Any) -> None:
        if self._everything:
            worker.service = self.service
            self.service.start()


def serve_web(settings: Settings, *, processes: int = 1, everything: bool = False) -> None:
    """Serve until Ctrl-C. ``everything`` adds the worker, the scheduler and, in the demo, the phone network.

    Raises PortTakenError.
    """
    if _is_taken(_address(settings), settings.port):
        raise PortTakenError(f"Port {settings.port} is taken by another program. Choose another one.")
    _Web(settings, processes=processes, everything=everything).run()


def run_beside(settings: Settings, *, worker: bool) -> None:
    """Run the worker's threads, or the scheduler, alone in this process until Ctrl-C or a stop signal."""
    service = Service(settings)
    parts = (service.worker, service.messenger) if worker else (service.scheduler,)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    for part in parts:
        part.start()
    stopped.wait()
    for part in parts:
        part.stop()
    if worker:
        service.postman.stop()  # another process need not wait for its lease to run out
    service.db.close()


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
