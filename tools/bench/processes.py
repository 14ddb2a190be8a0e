"""The product's own processes, started as an operator starts them: what they cost, and that they end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow
from tempfile import TemporaryFile
from time import monotonic, perf_counter, sleep
from typing import IO

import psutil

_TOOLS = Path(__file__).parents[1]
_COMMAND = str(Path(sys.executable).with_name("redningskrans"))
_PATIENCE = 120.0
_LOOK = 0.01
#: What the bench sets for itself, and what nobody sets for the service.
_OWN = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ACCOUNT, TOKEN = "AC" + "0" * 32, "invented"


class BenchError(Exception):
    """A process that is measured did not do what it is for."""


@dataclass(frozen=True)
class Memory:
    """Bytes: resident, and what is left when shared pages are shared out (the same where the system does not tell)."""

    resident: int
    proportional: int


class Running:
    """A process with all that it has started."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        self.name, self._process, self._log = name, process, log

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return sum(sum(each.cpu_times()[:2]) for each in self._all())

    def memory(self) -> Memory:
        """What it holds now."""
        told = [each.memory_full_info() for each in self._all()]
        return Memory(sum(one.rss for one in told), sum(getattr(one, "pss", one.rss) for one in told))

    def check(self) -> None:
        """Raise BenchError when it has ended."""
        if self._process.poll() is not None:
            raise BenchError(f"{self.name} ended: {self.said()}")

    def stop(self) -> None:
        """End it as an operator does; kill what does not end."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            for each in self._all():
                each.kill()
            self._process.wait()
        self._log.close()

    def _all(self) -> list[psutil.Process]:
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def said(self) -> str:
        """The end of what it has logged."""
        self._log.seek(0)
        return self._log.read()[-2000:].decode(errors="replace")


def environment(url: str, port: int, gateway_port: int, more: Mapping[str, str]) -> dict[str, str]:
    """The settings of a service of which nothing is invented but its secrets."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OWN}
    return inherited | {
        "DATABASE_URL": url,
        "SECRET_KEY": "invented-for-the-bench",
        "DATA_KEY": "invented-for-the-bench-too",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"http://127.0.0.1:{gateway_port}",
        "PORT": str(port),
        "PYTHONPATH": f"{_TOOLS}{os.pathsep}{_TOOLS.parent}",
        **more,
    }


@contextmanager
def running(name: str, given: Mapping[str, str]) -> Iterator[Running]:
    """One process while it lasts: a command of the product, or ``bench.…``, a module of the bench."""
    words = name.split()
    command: Sequence[str] = [sys.executable, "-m", *words] if name.startswith("bench.") else [_COMMAND, *words]
    log = TemporaryFile()  # noqa: SIM115  closed by stop
    started = Running(name, subprocess.Popen(command, env=dict(given), stdout=log, stderr=log), log)
    try:
        yield started
    finally:
        started.stop()


def until_ready(process: Running, port: int, path: str = "/health/ready") -> float:
    """Seconds from now until the process answers. Raises BenchError when it ends, or when it does not come."""
    began, patience = perf_counter(), monotonic() + _PATIENCE
    while monotonic() < patience:
        process.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                if answer.status == 200:
                    return perf_counter() - began
        except (urllib.error.URLError, OSError):
            sleep(_LOOK)
    raise BenchError(f"{process.name} did not get ready within {_PATIENCE:.0f} s")


def free_port() -> int:
    """A port that nobody listens on; none that the system gives to whoever asks for any, before ours has begun."""
    while True:
        port = 20_000 + randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
