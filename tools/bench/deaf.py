"""The worker without an engine, which hears by rule alone: ``python -m bench.deaf``, with the worker's environment."""

from __future__ import annotations

import signal
import threading

from bot.app import Service, by_rule_alone
from bot.settings import Settings


def main() -> None:
    """As ``redningskrans worker``, until it is told to stop."""
    service = Service(Settings.from_env(), understand=by_rule_alone())
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    for part in (service.worker, service.messenger):
        part.start()
    stopped.wait()
    for part in (service.worker, service.messenger):
        part.stop()
    service.db.close()


if __name__ == "__main__":
    main()
