"""The units: systemd takes them, they start what there is, give what is at hand its time, and may do little."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.reading import DEPLOY, SETTINGS, is_command, named

FOLDER = DEPLOY / "systemd"
UNITS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".service", ".timer", ".target"))
OURS = [path for path in UNITS if path.suffix == ".service" and "compose" not in path.name]
STAYING = [path for path in OURS if "Restart=always" in path.read_text(encoding="utf-8")]
PROGRAM = "/opt/redningskrans/.venv/bin/redningskrans"


def entries(path: Path) -> list[tuple[str, str, str]]:
    """Section, name and value, strictly: no other line is a unit's."""
    section, found = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        name, equals, value = line.partition("=")
        assert equals, line
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name), line
        found.append((section, name, value))
    return found


def values(path: Path, wanted: str) -> list[str]:
    return [value for _, name, value in entries(path) if name == wanted]


def short(path: Path) -> str:
    return path.name


def test_there_is_one_for_all_in_one_and_one_for_each_part():
    assert {path.name for path in STAYING} == {
        "redningskrans.service",
        "redningskrans-web.service",
        "redningskrans-worker@.service",
        "redningskrans-scheduler.service",
    }


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze, which reads units, is not here")
def test_systemd_takes_them(tmp_path: Path):
    """In place of the programs something that is here; Docker's own unit is another package's."""
    wanted = [path for path in UNITS if "compose" not in path.name]
    for path in wanted:
        text = path.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [str(tmp_path / path.name) for path in wanted]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", UNITS, ids=short)
def test_a_unit_is_of_entries_in_sections(path: Path):
    kind = {".service": "Service", ".timer": "Timer", ".target": "Unit"}[path.suffix]
    assert {section for section, _, _ in entries(path)} <= {"Unit", "Install", kind}
    assert kind in {section for section, _, _ in entries(path)}


@pytest.mark.parametrize("path", OURS, ids=short)
def test_what_is_started_is_a_command(path: Path):
    [start] = values(path, "ExecStart")
    program, *words = start.split()
    assert program == PROGRAM
    assert is_command(words)


@pytest.mark.parametrize("path", OURS, ids=short)
def test_none_may_do_more_than_it_must(path: Path):
    said = {(name, value) for _, name, value in entries(path)}
    for must in (
        ("User", "redningskrans"),
        ("NoNewPrivileges", "true"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "true"),
        ("PrivateTmp", "true"),
        ("CapabilityBoundingSet", ""),
        ("SystemCallFilter", "@system-service"),
        ("RestrictNamespaces", "true"),
        ("UMask", "0077"),
        ("StateDirectoryMode", "0700"),
        ("EnvironmentFile", "/etc/redningskrans/redningskrans.env"),
    ):
        assert must in said


@pytest.mark.parametrize("path", STAYING, ids=short)
def test_what_stays_is_started_again_and_may_finish(path: Path):
    assert values(path, "KillMode") == ["mixed"]
    assert int(values(path, "TimeoutStopSec")[0]) >= 35
    assert values(path, "StartLimitIntervalSec") == ["0"]
    assert values(path, "MemoryMax")


def test_the_parts_wait_for_the_migration_and_never_run_beside_the_whole():
    for path in STAYING:
        if path.name == "redningskrans.service":
            continue
        assert values(path, "Requires") == ["redningskrans-migrate.service"]
        assert any("redningskrans-migrate.service" in after for after in values(path, "After"))
        assert values(path, "Conflicts") == ["redningskrans.service"]
        assert values(path, "PartOf") == ["redningskrans.target"]


def test_the_target_wants_units_that_are_there():
    for name in values(FOLDER / "redningskrans.target", "Wants")[0].split():
        assert (FOLDER / re.sub(r"@\d", "@", name)).exists()


def test_health_ports_are_settings_and_never_the_same():
    found = [line for path in OURS for line in values(path, "Environment")]
    assert {line.split("=")[0] for line in found} == {"HEALTH_PORT"} <= SETTINGS
    assert sorted(line.split("=")[1] for line in found) == ["9100", "911%i", "9120"]


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".timer"], ids=short)
def test_a_timer_has_its_service_and_makes_up_for_a_night_that_the_machine_slept(path: Path):
    assert path.with_suffix(".service").exists()
    assert values(path, "Persistent") == ["true"]
    assert values(path, "WantedBy") == ["timers.target"]


def test_the_example_names_settings_and_has_no_secret():
    text = (FOLDER / "redningskrans.env.example").read_text(encoding="utf-8")
    assert named(text) <= SETTINGS
    for name in ("SECRET_KEY", "DATA_KEY", "TWILIO_AUTH_TOKEN"):
        assert f"\n{name}=\n" in text
