"""How long to leave it after a failure: longer each time, and not the same for everybody. Pure.

What failed together must not come back together. Where others draw lots the message's own number decides, so that
the same message in the same place always waits the same time.
"""

from __future__ import annotations

from datetime import timedelta
from zlib import crc32

_SPREAD = 0.5


def pause(key: int, attempt: int, first: timedelta, longest: timedelta) -> timedelta:
    """After the ``attempt``-th failure (from 1): twice as long each time, and up to half as long again by ``key``."""
    plain = min(first * (1 << min(max(attempt, 1) - 1, 20)), longest)
    return plain + plain * (_SPREAD * _share(key, attempt))


def _share(key: int, attempt: int) -> float:
    """A number from 0 up to 1 that looks like chance and is not."""
    return crc32(f"{key}:{attempt}".encode()) / 2**32
