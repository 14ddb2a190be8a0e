"""A limit on a whole call over a socket, however slowly the other side drips: in time, its connection is cut.

A time-out of a socket only says how long each read may take.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_here = threading.local()


class _Hourglass:
    def __init__(self) -> None:
        self._wires: list[socket.socket] = []
        self._is_over, self._lock = False, threading.Lock()

    def hold(self, wire: socket.socket) -> None:
        """Cut this one too. TLS takes the socket from who made it, so the end that is held is a second one."""
        with self._lock:
            self._wires.append(wire.dup())
            is_over = self._is_over
        if is_over:
            self.run_out()

    def run_out(self) -> None:
        with self._lock:
            self._is_over = True
            for wire in self._wires:
                with suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            for wire in self._wires:
                wire.close()
            self._wires.clear()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What this thread connects in the block is cut when the time is over."""
    glass = _here.glass = _Hourglass()
    timer = threading.Timer(seconds, glass.run_out)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _here.glass = None
        glass.close()


def held(wire: socket.socket) -> socket.socket:
    """The same socket, which the block around it may cut."""
    glass: _Hourglass | None = getattr(_here, "glass", None)
    if glass is not None:
        glass.hold(wire)
    return wire
