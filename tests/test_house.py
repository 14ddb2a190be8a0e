"""What a fresh machine relies on: the locks, the packages that are named, the make targets, the vendored files."""

import ast
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "handoff" / "static" / "vendor"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
RASA_LOCK = "../bot/nlu/rasa_model/requirements.txt"
RUN = PROJECT["project"]["dependencies"]


def canonical(requirement: str) -> str:
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    """Each package of a lock file with all that stands behind its name."""
    text = (ROOT / "requirements" / name).resolve().read_text(encoding="utf-8")
    entries = re.findall(r"^(\S+?)==(.+?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return {canonical(package): rest for package, rest in entries}


@pytest.mark.parametrize(
    ("lock", "needed"),
    [
        ("run.txt", RUN),
        ("test.txt", [*RUN, *GROUPS["lint"], *GROUPS["test"]]),
        ("bootstrap.txt", [*GROUPS["bootstrap"], *PROJECT["build-system"]["requires"]]),
        (RASA_LOCK, GROUPS["rasa"]),
    ],
)
def test_a_lock_has_every_dependency_and_only_with_hashes(lock, needed):
    """A dependency that is missing here was added without `make lock`."""
    entries = locked(lock)
    assert {canonical(requirement) for requirement in needed} - entries.keys() == set()
    assert [name for name, rest in entries.items() if "--hash=sha256:" not in rest] == []


def test_the_tests_run_on_the_versions_that_the_product_runs_on():
    versions = {
        lock: {name: rest.split()[0] for name, rest in locked(lock).items()} for lock in ("run.txt", "test.txt")
    }
    assert {
        name: version for name, version in versions["run.txt"].items() if versions["test.txt"][name] != version
    } == {}


def test_rasa_is_the_version_that_is_named_and_never_comes_into_our_own_environment():
    """On 3.11 pip would silently take a Rasa of 2020."""
    assert GROUPS["rasa"] == ["rasa==3.6.21 ; python_version < '3.11'"]
    assert locked(RASA_LOCK)["rasa"].split()[0] == "3.6.21"
    assert [lock for lock in ("run.txt", "test.txt") if "rasa" in locked(lock)] == []


def test_no_lock_names_a_package_index_or_a_folder_of_this_machine():
    for lock in [*(ROOT / "requirements").iterdir(), ROOT / "requirements" / RASA_LOCK]:
        assert " /" not in lock.read_text(encoding="utf-8"), lock.name
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name


def test_every_dependency_has_a_lower_bound():
    """Without one a resolver may go back years, to something that was never tried."""
    assert [need for need in RUN if not re.search(r">=|==", need)] == []


def test_dependencies_stand_in_order():
    assert sorted(RUN, key=canonical) == RUN


def test_the_python_range_is_the_same_everywhere():
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    bootstrap = (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    assert "OLDEST, NEWEST = (3, 11), (3, 13)" in bootstrap
    assert PROJECT["tool"]["mypy"]["python_version"] == "3.11"
    assert PROJECT["tool"]["ruff"]["target-version"] == "py311"


def test_the_packages_named_are_the_packages_there():
    """A package that is not named works from the checkout and is missing from the wheel."""
    inits = (path for top in ("bot", "scheduler", "handoff") for path in (ROOT / top).rglob("__init__.py"))
    there = sorted(".".join(path.parent.relative_to(ROOT).parts) for path in inits)
    assert there == PROJECT["tool"]["setuptools"]["packages"]


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for top in ("bot", "scheduler", "handoff") for path in (ROOT / top).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.fixture(scope="module")
def wheel_files(tmp_path_factory) -> set[str]:
    """What setuptools would put into a wheel (built into a folder: no network, no isolation)."""
    lib = tmp_path_factory.mktemp("build")
    build = "from setuptools import setup; setup()"
    command = [sys.executable, "-c", build, "-q", "egg_info", "-e", lib, "build_py", "--build-lib", lib]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return {path.relative_to(lib).as_posix() for path in lib.rglob("*") if path.is_file()}


def test_a_wheel_holds_everything_that_is_committed(wheel_files):
    listed = ["git", "ls-files", "-z", "bot", "scheduler", "handoff"]
    tracked = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    there = {name for name in tracked if name and (ROOT / name).exists()}
    assert there - wheel_files == set()


@pytest.mark.parametrize("target", ["run", "test", "bench", "check", "chat", "rasa", "lock", "help"])
def test_the_makefile_has_its_targets_and_help_tells_of_them(target):
    assert re.search(rf"^{target}: ## \w", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("target", ["run", "test", "bench", "check", "chat", "rasa", "lock"])
def test_what_make_does_can_be_done_without_make(target):
    options = subprocess.run(
        [sys.executable, "tools/house.py", "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert target in options.stdout


def test_bootstrap_can_be_read_by_old_pythons():
    """It is there to say in words that a Python is too old; a SyntaxError says nothing to anybody."""
    ast.parse((ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 5))


@pytest.mark.parametrize("target", ["run", "rasa"])
def test_port_that_is_no_port_is_told_in_one_sentence(target):
    run = [sys.executable, "tools/house.py", target, "--port", "abc"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "PORT=abc is no port: choose a number from 1 to 65535.\n"


def test_ci_runs_make_test_and_can_be_executed():
    script = ROOT / ".ci" / "run"
    assert "make --no-print-directory test" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111


def test_vendored_files_are_those_of_the_manifest():
    sums = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["sha256"]
    files = (path for path in VENDOR.rglob("*") if path.is_file() and path.name != "manifest.json")
    there = {path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert there == sums


def test_vendored_styles_ask_only_for_files_that_are_there():
    for style in VENDOR.rglob("*.css"):
        wanted = re.findall(r"url\(([^)]+)\)", style.read_text(encoding="utf-8"))
        assert wanted
        assert [url for url in wanted if not (style.parent / url).resolve().is_file()] == []


def test_every_vendored_package_has_its_licence():
    for folder in VENDOR.iterdir():
        assert folder.is_file() or list(folder.glob("LICENSE*")), folder.name
