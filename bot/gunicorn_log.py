"""What gunicorn logs, as our own lines: its own would tell the address of a request that failed, and the words of the
error."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from bot.logs import FromLibraries


class GunicornLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Errors and warnings only; each request has a line of ours (bot.request_log)."""

    def setup(self, cfg: Any) -> None:
        """Called again when gunicorn reads its settings anew."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers = [FromLibraries()]
