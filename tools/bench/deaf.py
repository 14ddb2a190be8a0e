"""The worker without an engine, which hears by rule alone: ``python -m bench.deaf``, with the worker's environment."""

from __future__ import annotations

import signal
import threading

from bot.app import Service, by_rule_alone
from bot.settings import Settings


def serve(service: Service) -> None:
    """Its worker, until this process is told to stop."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    service.begin(service.worker, service.messenger)
    stopped.wait()
    service.stop()


if __name__ == "__main__":
    serve(Service(Settings.from_env(), understand=by_rule_alone()))
