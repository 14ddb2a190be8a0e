"""Which codes our modules can write: read from their source, so that no code can be without its Danish words.

A code is followed back to the constants it is made of: through a name, a choice (``a if b else c``) and the arguments
that a function is called with in its own package. What cannot be followed becomes ``*``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("bot", "handoff", "scheduler")
Function = ast.FunctionDef | ast.AsyncFunctionDef
UNKNOWN = "*"


@dataclass(frozen=True)
class Place:
    """A call, and the functions it stands in, the innermost last."""

    call: ast.Call
    path: Path
    inside: tuple[Function, ...]


@cache
def parsed(path: Path) -> ast.Module:
    """A module's source, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def places() -> tuple[Place, ...]:
    """Every call in the product."""
    found: list[Place] = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found += _calls(parsed(path), path, ())
    return tuple(found)


def codes(called: str, *, at: int | None = None, named: str = "", skip: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """What stands at this place of each call of ``called``, with the modules that write it."""
    written: dict[str, set[str]] = {}
    for place in places():
        if name_of(place.call) == called:
            given = argument(place.call, at, named)
            for code in values(given, place, frozenset()) if given is not None else ():
                if place.path.relative_to(ROOT).as_posix() not in skip:
                    written.setdefault(code, set()).add(place.path.relative_to(ROOT).as_posix())
    return written


def argument(call: ast.Call, at: int | None, named: str) -> ast.expr | None:
    """The argument at a place or of a name."""
    keyword = next((word.value for word in call.keywords if word.arg == named), None)
    return keyword or (call.args[at] if at is not None and len(call.args) > at else None)


def name_of(call: ast.Call) -> str:
    """``add`` for ``session.add(…)``."""
    return str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))


def values(node: ast.expr, place: Place, seen: frozenset[tuple[str, str]]) -> set[str]:
    """All that an expression can be."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return values(body, place, seen) | values(orelse, place, seen)
        case ast.JoinedStr(values=parts):
            each = [values(part, place, seen) for part in parts]
            return {"".join(choice) for choice in product(*each)}
        case ast.FormattedValue(value=value):
            return values(value, place, seen)
        case ast.Name(id=name):
            return _named(name, place, seen)
        case ast.Subscript(value=ast.Name(id=name)):
            return _members(name, place)
    return {UNKNOWN}


def _calls(node: ast.AST, path: Path, inside: tuple[Function, ...]) -> Iterator[Place]:
    within = (*inside, node) if isinstance(node, Function) else inside
    if isinstance(node, ast.Call):
        yield Place(node, path, within)
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, path, within)


def _named(name: str, place: Place, seen: frozenset[tuple[str, str]]) -> set[str]:
    """What was assigned to the name in the function, else what it is called with, else the module's constant."""
    for function in reversed(place.inside):
        if assigned := _assigned(function, name):
            return set().union(*(values(value, place, seen) for value in assigned))
        parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        keywords = [each.arg for each in function.args.kwonlyargs]
        if name in (*parameters, *keywords):
            step = (function.name, name)
            return set() if step in seen else _passed(function, name, parameters, place, seen | {step})
    constants = _assigned(parsed(place.path), name, deep=False)
    return set().union(*(values(value, place, seen) for value in constants)) if constants else {UNKNOWN}


def _passed(
    function: Function, name: str, parameters: list[str], place: Place, seen: frozenset[tuple[str, str]]
) -> set[str]:
    is_method = parameters[:1] == ["self"]
    at = parameters.index(name) - is_method if name in parameters else None
    found: set[str] = set()
    for other in places():
        if name_of(other.call) == function.name and _means(other, function, place, is_method=is_method):
            given = argument(other.call, at, name)
            found |= values(given, other, seen) if given is not None else set()
    return found


def _means(other: Place, function: Function, place: Place, *, is_method: bool) -> bool:
    """True when the call is of this very function: another module may have one of that name."""
    match other.call.func:
        case ast.Attribute(value=ast.Name(id=owner)):
            return is_method or owner == place.path.stem
        case ast.Attribute():
            return is_method
    return not is_method and (other.path == place.path or (_module(place.path), function.name) in _taken(other.path))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def _taken(path: Path) -> frozenset[tuple[str | None, str]]:
    """What a module imports by name."""
    imports = [each for each in ast.walk(parsed(path)) if isinstance(each, ast.ImportFrom)]
    return frozenset((each.module, name.name) for each in imports for name in each.names)


def _assigned(node: ast.AST, name: str, *, deep: bool = True) -> list[ast.expr]:
    found: list[ast.expr] = []
    for each in ast.walk(node) if deep else ast.iter_child_nodes(node):
        if isinstance(each, ast.Assign):
            found += [each.value for target in each.targets if isinstance(target, ast.Name) and target.id == name]
        elif isinstance(each, ast.AnnAssign | ast.NamedExpr) and isinstance(each.target, ast.Name) and each.value:
            found += [each.value] if each.target.id == name else []
    return found


def _members(name: str, place: Place) -> set[str]:
    """The values of a table: ``_KINDS[result]``."""
    tables = _assigned(parsed(place.path), name, deep=False)
    members = [value for table in tables if isinstance(table, ast.Dict) for value in table.values]
    return set().union(*(values(value, place, frozenset()) for value in members)) if members else {UNKNOWN}
