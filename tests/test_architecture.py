"""The drawing of the house cannot lie: levels, sizes, and the few places that read a clock or print."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "scheduler", "handoff")
#: What level 1 may take from outside the standard library, and who may.
PURE_LIBRARIES = {
    "bot.sms": "phonenumbers",
    "bot.nlu.phones": "phonenumbers",
    "bot.nlu.numbers": "text_to_num",
    "bot.nlu.language": "lingua",
    "bot.workdays": "holidays",
    "scheduler.calendar": "holidays",
}
CLOCK_READERS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
PRINTERS = ("bot.chat", "bot.cli", "bot.commands")


def contracts() -> dict[str, dict[str, Any]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in config["tool"]["importlinter"]["contracts"]}


def levels() -> dict[int, list[str]]:
    """The modules of each level as the contract lists them, 1 first; those that may be missing without parentheses."""
    layers = reversed(contracts()["levels"]["layers"])
    return {level: [name.strip(" ()\n") for name in layer.split(":")] for level, layer in enumerate(layers, 1)}


def modules() -> dict[str, Path]:
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(paths)}


def is_within(module: str, packages: tuple[str, ...] | list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def long_functions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > 40:
                yield f"{node.name} has {lines} lines"


def clocks_read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", None)
            if (owner, node.attr) in CLOCK_READERS:
                yield f"{owner}.{node.attr} in line {node.lineno}"


def prints(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"print in line {node.lineno}"


def libraries(tree: ast.AST) -> Iterator[str]:
    """What is imported that is neither the standard library nor ours."""
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        roots = (name.split(".")[0] for name in names)
        yield from (root for root in roots if root not in sys.stdlib_module_names and root not in PACKAGES)


def test_the_import_contracts_are_kept(capsys):
    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS
    assert kept, capsys.readouterr().out


def test_every_module_has_a_level():
    listed = [module for level in levels().values() for module in level]
    names = [name for name in modules() if not name.endswith("__init__")]
    assert [name for name in names if not is_within(name, listed)] == []


def test_no_package_outside_the_levels_holds_code():
    """A package's own __init__ has no level, so it stays a docstring, unless the whole package has one."""
    listed = [module for level in levels().values() for module in level]
    inits = {name.removesuffix(".__init__"): path for name, path in modules().items() if name.endswith("__init__")}
    bodies = {name: parse(path).body for name, path in inits.items() if not is_within(name, listed)}
    assert [name for name, body in bodies.items() if not all(isinstance(part, ast.Expr) for part in body)] == []


def test_the_contract_of_purity_covers_level_1():
    there = [name for name in levels()[1] if name in modules() or f"{name}.__init__" in modules()]
    assert sorted(contracts()["pure"]["source_modules"]) == sorted(there)


def test_level_1_takes_only_the_standard_library():
    pure = {name: path for name, path in modules().items() if is_within(name, levels()[1])}
    taken = {name: set(libraries(parse(path))) - {PURE_LIBRARIES.get(name)} for name, path in pure.items()}
    assert {name: found for name, found in taken.items() if found} == {}


def test_no_module_is_longer_than_300_lines():
    checked = {name: path for name, path in modules().items() if not is_within(name, ["bot.migrations"])}
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in checked.items()}
    assert {name: size for name, size in sizes.items() if size > 300} == {}


def test_no_function_is_longer_than_40_lines():
    checked = {name: path for name, path in modules().items() if not is_within(name, ["bot.migrations"])}
    found = {name: list(long_functions(parse(path))) for name, path in checked.items()}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_only_the_clock_reads_the_clock():
    found = {name: list(clocks_read(parse(path))) for name, path in modules().items() if name != "bot.clock"}
    assert {name: places for name, places in found.items() if places} == {}


def test_only_what_speaks_to_a_terminal_prints():
    silent = {name: path for name, path in modules().items() if not is_within(name, PRINTERS)}
    found = {name: list(prints(parse(path))) for name, path in silent.items()}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    ("finder", "source"),
    [
        (long_functions, "def f():\n" + "    x = 1\n" * 40),
        (clocks_read, "import datetime\ndatetime.datetime.now()"),
        (clocks_read, "from datetime import datetime\nfield(default_factory=datetime.utcnow)"),
        (clocks_read, "from datetime import date\ndate.today()"),
        (clocks_read, "import time\ntime.time()"),
        (prints, "if True:\n    print('here')"),
        (libraries, "import os\nimport sqlalchemy.orm"),
        (libraries, "from flask import request"),
    ],
)
def test_the_finders_find_what_they_look_for(finder, source):
    assert len(list(finder(ast.parse(source)))) == 1


@pytest.mark.parametrize(
    ("finder", "source"),
    [
        (long_functions, "def f():\n" + "    x = 1\n" * 39),
        (clocks_read, "import time\ntime.monotonic()\nclock.now()"),
        (prints, "say('here')"),
        (libraries, "from __future__ import annotations\nimport os\nfrom bot.dialogs import state\nfrom . import flow"),
    ],
)
def test_the_finders_leave_the_rest_alone(finder, source):
    assert list(finder(ast.parse(source))) == []
