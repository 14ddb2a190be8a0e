"""Real ``redningskrans …`` processes on free ports, a phone network for them, and a proxy before the webs."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from bot.clock import machine_clock
from bot.db import Database
from bot.simulator import Network, register
from bot.simulator.directory import Directory
from tests.rig import OURS, free_port

ACCOUNT, TOKEN = "AC" + "0" * 32, "an invented token"
#: A process reads its models and imports much; on a machine that is busy with other tests that takes long.
PATIENCE = 120.0
_COMMAND = Path(sys.executable).parent / "redningskrans"


class Proxy:
    """What Twilio is told to call: hands each request to the next web in turn."""

    def __init__(self) -> None:
        self.webs: list[str] = []
        turn = itertools.count()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                web = proxy.webs[next(turn) % len(proxy.webs)]
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = requests.post(web + self.path, data=body, headers=dict(self.headers), timeout=30)
                self.send_response(answer.status_code)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Phones:
    """The phone network, with tables of its own, behind Twilio's API on a port."""

    def __init__(self, db: Database, folder: Path, public_url: str) -> None:
        own = Database(f"sqlite:///{folder / 'phones.db'}")
        self._network = Network(own, machine_clock, ACCOUNT, TOKEN, public_url, directory=Directory(db))
        app = Flask("phones", static_folder=None)
        register(app, self._network, lambda now: None, lambda: None)
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self._network.start()

    def write(self, phone: str, body: str) -> None:
        answer = requests.post(self._of(phone), json={"to": OURS, "body": body}, timeout=30)
        assert answer.ok, answer.text

    def thread(self, phone: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = requests.get(self._of(phone), timeout=30).json()
        return listed

    def _of(self, phone: str) -> str:
        return f"{self.url}/simulator/api/phones/{phone}/messages"

    def stop(self) -> None:
        self._network.stop()
        self._server.shutdown()
        self._server.server_close()
        self._network.db.close()


class Running:
    """One ``redningskrans`` process, with a health port of its own."""

    def __init__(self, folder: Path, env: dict[str, str], *words: str, health_ports: int = 1) -> None:
        self.words, self.port = words, free_port()
        self.health = [f"http://127.0.0.1:{port}" for port in free_ports(health_ports)]
        own = {"PORT": str(self.port), "HEALTH_PORT": self.health[0].rpartition(":")[2]}
        self._log = (folder / f"{'-'.join(words)}-{self.port}.log").open("w", encoding="utf-8")
        told = {**_CLEAN, **env, **own}
        self.process = subprocess.Popen([_COMMAND, *words], env=told, stdout=self._log, stderr=self._log)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"{self.words} ended: {Path(self._log.name).read_text(encoding='utf-8')}"
        return all(answers(f"{url}/health/{word}") for url in self.health for word in ("live", "ready"))

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)

    def code(self) -> int:
        """How it ended."""
        code = self.process.wait(timeout=PATIENCE)
        self._log.close()
        return code

    def log(self) -> str:
        return Path(self._log.name).read_text(encoding="utf-8")


_CLEAN = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ", "XDG_RUNTIME_DIR") if name in os.environ}


def settings_of(db: Database, public_url: str, phones: str) -> dict[str, str]:
    """The environment of all processes: no demo, and a lease that runs out while a test waits."""
    return {
        "DATABASE_URL": db.url.render_as_string(hide_password=False),
        "SECRET_KEY": "an invented secret for the tests only",
        "DATA_KEY": "another invented one",
        "PUBLIC_URL": public_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"{phones}/simulator/twilio",
        "LEASE_SECONDS": "6",
    }


def free_ports(count: int) -> Sequence[int]:
    """Ports in a row that nobody listens on, and that nobody else is given."""
    while True:
        ports = [free_port() for _ in range(count)]
        if ports == [*range(ports[0], ports[0] + count)]:
            return ports


def answers(url: str) -> bool:
    """Whether something says 200 there."""
    try:
        return requests.get(url, timeout=10).status_code == 200
    except requests.ConnectionError:
        return False
