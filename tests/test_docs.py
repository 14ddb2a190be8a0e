"""The documents say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command

from bot.case_rows import COLUMNS
from bot.cli import app
from bot.models import Base
from bot.organisations import OrganisationSettings
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLES = ROOT / "docs" / "tables.md"

_INTERNAL = {"demo"}


def commands() -> list[str]:
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # click's groups
        below = getattr(command, "commands", None)
        found += [f"{name} {inner}" for inner in below] if below else [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_the_readme_names_every_command(command: str):
    assert command in README


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - _INTERNAL))
def test_the_readme_names_every_setting(name: str):
    assert f"`{name.upper()}`" in README


@pytest.mark.parametrize("name", sorted(OrganisationSettings.model_fields))
def test_the_readme_names_every_setting_of_an_organisation(name: str):
    assert f"`{name}`" in README


@pytest.mark.parametrize("column", sorted({*COLUMNS, *COLUMNS.values()}))
def test_the_readme_names_every_column_of_a_file_of_cases(column: str):
    assert f"`{column}`" in README


@pytest.mark.parametrize("picture", ["inbox.png", "phones.png"])
def test_the_readmes_pictures_are_there(picture: str):
    assert f"docs/pictures/{picture}" in README
    assert (ROOT / "docs" / "pictures" / picture).stat().st_size > 10_000


def drawn() -> str:
    """The tables as a Mermaid diagram, drawn from the models."""
    lines = ["# The tables", "", "Drawn from `bot/models`; `pytest tests/test_docs.py --update` draws it again.", ""]
    lines += ["```mermaid", "erDiagram"]
    for table in Base.metadata.sorted_tables:
        lines.append(f"    {table.name} {{")
        lines += [f"        {column.type.__class__.__name__} {column.name}" for column in table.columns]
        lines.append("    }")
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            lines += [
                f"    {key.column.table.name} ||--o{{ {table.name} : {column.name}" for key in column.foreign_keys
            ]
    return "\n".join([*lines, "```", ""])


def test_the_tables_are_drawn_as_they_are(request: pytest.FixtureRequest):
    if request.config.getoption("--update"):
        TABLES.write_text(drawn(), encoding="utf-8")

    assert TABLES.read_text(encoding="utf-8") == drawn()
