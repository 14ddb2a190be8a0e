"""The phone network is Twilio's stand-in: it must not share the code that it is there to try."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bot.simulator

FOLDER = Path(bot.simulator.__file__).parent
SHARED = {"bot.clock", "bot.db", "bot.models", "bot.models.base", "bot.sms"}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_only_clock_database_names_and_arithmetic_are_shared(file: Path):
    """No webhook, turn, outbox or gateway of the product, and not Twilio's SDK: a bug there cannot hide here."""
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    ours = {name for name in imported if name.split(".")[0] in ("bot", "handoff", "scheduler", "twilio")}

    assert {name for name in ours if not name.startswith("bot.simulator")} <= SHARED
