"""A worker in the send window of a wave day, whatever the day is today: ``python -m bench.send_wave``."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from bench.deaf import serve
from bench.wave_world import NOW
from bot.app import Service, by_rule_alone
from bot.settings import Settings


def main() -> None:
    """As ``redningskrans worker``, with a clock that begins when the wave was started."""
    began = monotonic()
    service = Service(
        Settings.from_env(), understand=by_rule_alone(), clock=lambda: NOW + timedelta(seconds=monotonic() - began)
    )
    serve(service)


if __name__ == "__main__":
    main()
