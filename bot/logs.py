"""Logs: JSON lines with a sentence, an action, ids, and the request they belong to. Never a name, a number, a CPR or a
text: not in our own lines, not in those of libraries, and not in what is said of an error that nobody caught.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Processor = Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]

log = structlog.get_logger()
#: Who else is told of errors (bot.fault_report); nobody, as a rule.
_told: list[Processor] = []


def configure_logs(level: int = logging.INFO) -> None:
    """JSON lines on standard error; readable ones where a person looks on."""
    human = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _tell_others,
            structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    root.handlers = [FromLibraries()]
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of odd answers with the URL, and so a number
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it logs requests, and so numbers, at INFO
    threading.excepthook = _of_thread


def tell_too(processor: Processor) -> None:
    """Let somebody else see each line as well; see ``bot.fault_report``."""
    _told.append(processor)


def is_told() -> bool:
    """Whether somebody else sees each line already."""
    return bool(_told)


def about(error: BaseException) -> dict[str, str]:
    """What a log may say of an exception: its kind and where, never its words, which may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return {"error": type(error).__name__, "where": " > ".join(f"{f.name}:{f.lineno}" for f in frames)}


class FromLibraries(logging.Handler):
    """What libraries log, as one of our lines: their sentence with its places unfilled but for plain numbers.

    What would fill them may be an address with a number in it, or a row of a table; so may the words of an error. A
    sentence without places may have been filled before it came, as gunicorn does: only where it was said is told.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Pass it on."""
        error = record.exc_info[1] if record.exc_info else None
        told = about(error) if error is not None else {}
        told = {"where": f"{record.module}:{record.lineno}"} | told
        has_places = isinstance(record.msg, str) and isinstance(record.args, tuple) and bool(record.args)
        sentence = _filled(record.msg, record.args) if has_places else "A library has something to say"
        write = structlog.get_logger().error if record.levelno >= logging.ERROR else structlog.get_logger().warning
        write(sentence, action="library", logger=record.name, **told)


def _filled(sentence: str, values: Any) -> str:
    """A process, a port or a count has at most seven digits; a telephone has eight, a CPR number ten."""
    safe = tuple(each if isinstance(each, int) and abs(each) < 10_000_000 else type(each).__name__ for each in values)
    try:
        return sentence % safe
    except (TypeError, ValueError):
        return sentence


def _of_thread(args: threading.ExceptHookArgs) -> None:
    """A thread died of an error that nobody caught: Python's own word on it would tell the error's."""
    name = args.thread.name if args.thread else ""
    log.error(
        "A thread ended with an error", action="thread_died", thread=name, **about(args.exc_value or RuntimeError())
    )


def _tell_others(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for told in _told:
        told(logger, method, line)
    return line
