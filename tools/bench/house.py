"""The service's own processes under one roof: begun again whenever they end, as an operating system would."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import psutil

_COMMAND = str(Path(sys.executable).with_name("redningskrans"))
_FAREWELL = 25
_LOOK = 0.2


class House:
    """One process for each name; what each says goes to a file of ``folder``."""

    def __init__(self, commands: Mapping[str, str], given: Mapping[str, str], folder: Path) -> None:
        self._commands, self._given, self._folder = commands, given, folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: list[IO[bytes]] = []
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def open(self) -> None:
        """Begin them all, and keep them."""
        for name in self._commands:
            self._begin(name)
        self._keeper.start()

    def kill(self, name: str) -> None:
        """SIGKILL the process and all that it has begun; it is begun again."""
        with self._lock:
            first = psutil.Process(self._running[name].pid)
            for each in (first, *first.children(recursive=True)):
                each.kill()
            self._running[name].wait()
            self._begin(name)

    def renew(self, name: str) -> None:
        """Stop it as an operator does, and begin it again."""
        with self._lock:
            self._stop(self._running[name])
            self._begin(name)

    def close(self) -> None:
        """Stop them all."""
        self._closing.set()
        self._keeper.join()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            self._stop(process)
        for log in self._logs:
            log.close()

    def _begin(self, name: str) -> None:
        log = (self._folder / f"{name}.log").open("ab")
        self._logs.append(log)
        command = [_COMMAND, *self._commands[name].split()]
        self._running[name] = subprocess.Popen(command, env=dict(self._given), stdout=log, stderr=log)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        try:
            process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for each in children:
            if each.is_running():
                each.kill()

    def _keep(self) -> None:
        while not self._closing.wait(_LOOK):
            with self._lock:
                for name, process in list(self._running.items()):
                    if process.poll() is not None:
                        self._begin(name)
