"""A port of a process's own for what orchestrators and Prometheus ask: it has no web, or shares one with others.

Counts are those of this process: behind one port of several, every other question would be answered by another one.
"""

from __future__ import annotations

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from flask import Flask

log = structlog.get_logger()


class _Server(ThreadingMixIn, WSGIServer):
    """Who asks and then says nothing holds up nobody."""

    daemon_threads = True
    request_queue_size = 16


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:
        """A line a question would be all that the log holds."""


class HealthPort:
    """Answers until it is closed. Raises OSError when none of the ports is free."""

    def __init__(self, app: Flask, address: str, ports: range) -> None:
        self._server = _first_free(app, address, ports)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()
        log.info("Health is told", action="health_port", port=self.port)

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def _first_free(app: Flask, address: str, ports: range) -> WSGIServer:
    for port in ports[:-1]:
        try:
            return _bound(app, address, port)
        except OSError:
            continue  # one of the processes beside us has it
    return _bound(app, address, ports[-1])


def _bound(app: Flask, address: str, port: int) -> WSGIServer:
    return make_server(address, port, app, server_class=_Server, handler_class=_Quiet)
