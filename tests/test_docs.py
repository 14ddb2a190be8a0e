"""The documents say what the code says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from bot.case_rows import COLUMNS
from bot.cli import app
from bot.dialogs.flow import Flow, Step, draw
from bot.dialogs.flows import FLOWS
from bot.dialogs.texts import catalogue
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


SHOWN = ["inbox", "phones", "queue-wide", "conversation-wide", "queue-narrow", "conversation-narrow"]


@pytest.mark.parametrize("picture", SHOWN)
def test_the_readmes_pictures_are_there(picture: str):
    assert f"docs/pictures/{picture}.png" in README
    assert (ROOT / "docs" / "pictures" / f"{picture}.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    "page", ["README.md", "docs/deploy.md", "docs/inbox.md", "docs/operations.md", "docs/webhooks.md"]
)
def test_what_a_page_links_to_in_the_checkout_is_there(page: str):
    """Files and pictures, and headings of pages."""
    here = ROOT / page
    for target, heading in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", here.read_text(encoding="utf-8")):
        there = here.parent / target if target else here
        assert there.exists(), target
        titles = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}, heading


def test_every_picture_of_the_pages_is_light_and_shown():
    """Taken by tools/pictures.py; what no page shows is not kept."""
    shown = README + (ROOT / "docs" / "inbox.md").read_text(encoding="utf-8")
    for picture in (ROOT / "docs" / "pictures").glob("*-*.png"):
        assert f"pictures/{picture.name}" in shown, picture.name
        assert picture.stat().st_size < 200_000, picture.name


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


DIALOGUES = ROOT / "docs" / "dialogues.md"
_RESERVED = {"end", "graph", "flowchart", "subgraph", "style", "class", "click", "default", "linkStyle", "classDef"}
_NODE = r"[A-Za-z_]\w*"
_SHAPE = r'(?:\[".+"\]|\(\["[^"]+"\]\)|\{\w+\})'
_STATEMENT = re.compile(rf"    ({_NODE})({_SHAPE})?(?: (?:-- (\w+) )?--> ({_NODE})({_SHAPE})?)?")


def dialogues() -> str:
    """Every dialogue as a diagram, with what each question says in Danish."""
    lines = [
        "# The dialogues",
        "",
        "Drawn from `bot/dialogs/flows`; `pytest tests/test_docs.py --update` draws them again.",
    ]
    lines += [
        "A box is a question, a rhombus a point where the bot chooses the way by itself. Whatever a resident writes,"
    ]
    lines += ["what must not wait comes first, and a digression is answered before the question is asked again.", ""]
    for flow in FLOWS.values():
        module = sys.modules[f"bot.dialogs.flows.{flow.name}"].__doc__ or ""
        lines += [f"## {flow.name}", "", module.strip(), "", "```mermaid", draw(flow).rstrip(), "```", ""]
        lines += _said(flow)
    return "\n".join(lines)


def _said(flow: Flow) -> list[str]:
    danish = catalogue("da")
    asked = [(name, node) for name, node in flow.nodes.items() if isinstance(node, Step)]
    begun = [f"Begins with: {danish[key]}" for key in flow.openings]
    rows = [f"| {name} | {danish[step.text]} | {danish[step.again]} |" for name, step in asked]
    table = ["| question | what we write | once more, in other words |", "|---|---|---|", *rows, ""]
    return [*(line for text in begun for line in (text, "")), *(table if rows else [])]


def test_the_dialogues_are_drawn_as_they_are(request: pytest.FixtureRequest):
    if request.config.getoption("--update"):
        DIALOGUES.write_text(dialogues(), encoding="utf-8")

    assert DIALOGUES.read_text(encoding="utf-8") == dialogues()


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_a_drawing_is_mermaid(flow: Flow):
    """As far as it can be told without Mermaid: known statements, no reserved name, every arrow at a drawn node."""
    first, *rest = draw(flow).splitlines()
    found = [_STATEMENT.fullmatch(line) for line in rest]
    assert first == "flowchart TD"
    assert [line for line, match in zip(rest, found, strict=True) if match is None] == []
    statements = [match.groups() for match in found if match]
    shaped = {name for a, shape, _, b, other in statements for name, has in ((a, shape), (b, other)) if has}
    named = {name for a, _, _, b, _ in statements for name in (a, b) if name}
    assert named == shaped
    assert not named & _RESERVED


def test_each_question_of_a_drawing_shows_how_it_begins():
    assert '    amount["amount: Vi kan godt se på at dele beløbet op. …"]' in draw(FLOWS["payment_plan"])


def test_a_broken_drawing_would_be_seen():
    for line in ("    end --> a", "    a -- b c --> d", '    a["x" y]extra', "    a -> b", "    a[[x]]"):
        found = _STATEMENT.fullmatch(line)
        assert found is None or found[1] in _RESERVED
