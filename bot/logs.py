"""Logs: a sentence, an action, ids. Never a name, a number, a CPR or a text."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog


def configure_logs(level: int = logging.INFO) -> None:
    """JSON lines on standard error; readable ones where a person looks on."""
    human = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of odd answers with the URL, and so a number
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it logs requests, and so numbers, at INFO


def about(error: BaseException) -> dict[str, str]:
    """What a log may say of an exception: its kind and where, never its words, which may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return {"error": type(error).__name__, "where": " > ".join(f"{f.name}:{f.lineno}" for f in frames)}
