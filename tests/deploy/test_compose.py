"""Compose: it follows its schema, names what there is, and keeps database and Rasa inside."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.deploy.reading import COMPOSE, DEPLOY, SERVICES, SETTINGS, STAYS, is_command, named

FILE = DEPLOY / "compose" / "compose.yaml"
EXAMPLE = (DEPLOY / "compose" / ".env.example").read_text(encoding="utf-8")
CADDY = (DEPLOY / "compose" / "Caddyfile").read_text(encoding="utf-8")
OURS = [name for name, each in SERVICES.items() if "Containerfile" in str(each.get("build")) or "command" in each]
OURS = [name for name in OURS if "redningskrans" in SERVICES[name]["image"].lower() and name not in ("proxy", "rasa")]
ASKED = re.compile(r"\$\{([A-Z_]+)")
DEMANDED = re.compile(r"\$\{([A-Z_]+):\?")


def test_it_follows_the_schema_of_compose():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_would_find_a_fault(tmp_path):
    spoilt = tmp_path / "compose.json"
    spoilt.write_text(json.dumps({"services": {"web": {"image": "x", "read_onyl": True}}}), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", spoilt]
    assert subprocess.run(command, capture_output=True).returncode == 1


def test_there_are_two_webs_two_workers_and_a_scheduler():
    there = {name: SERVICES[name]["deploy"]["replicas"] for name in ("web", "worker", "scheduler")}
    assert there == {"web": 2, "worker": 2, "scheduler": 1}


def test_ours_are_five():
    assert set(OURS) == {"migrate", "web", "worker", "scheduler", "backup"}


@pytest.mark.parametrize("name", OURS)
def test_what_is_started_is_a_command_and_what_is_set_is_a_setting(name: str):
    assert is_command(SERVICES[name]["command"])
    assert set(SERVICES[name]["environment"]) <= SETTINGS


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_nobody_is_root_or_may_become_it_or_writes_beside_the_volumes(service: dict[str, Any]):
    assert int(service["user"].split(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_everybody_has_limits_and_a_log_that_ends(service: dict[str, Any]):
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_database_and_rasa_are_inside_alone():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [SERVICES[name]["networks"] for name in ("db", "rasa")] == [["inside"], ["inside"]]


def test_only_the_proxy_is_reached_from_without_and_it_reaches_the_web_alone():
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy"]
    assert SERVICES["proxy"]["networks"] == ["front"]
    assert {name for name, each in SERVICES.items() if "front" in each["networks"]} == {"web", "proxy"}


@pytest.mark.parametrize("name", sorted(STAYS))
def test_nobody_starts_before_the_database_is_migrated_and_all_have_time_to_end(name: str):
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES[name]["stop_grace_period"] == "35s"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_an_empty_secret_stops_the_start_with_its_name():
    demanded = set(DEMANDED.findall(FILE.read_text(encoding="utf-8")))
    needed = {"SECRET_KEY", "DATA_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_HOST", "POSTGRES_PASSWORD"}
    assert demanded == needed | {"REDNINGSKRANS_IMAGE"}


def test_the_example_has_every_variable_and_no_secret():
    asked = set(ASKED.findall(FILE.read_text(encoding="utf-8")))
    assert named(EXAMPLE) == asked
    for name in set(DEMANDED.findall(FILE.read_text(encoding="utf-8"))) - {"REDNINGSKRANS_IMAGE"}:
        assert f"\n{name}=\n" in EXAMPLE


def test_the_proxy_tells_no_counts_holds_no_stream_back_and_is_the_one_that_is_trusted():
    assert "@inside path /metrics /metrics/* /health/ready" in CADDY
    assert "respond @inside 404" in CADDY
    assert "flush_interval -1" in CADDY
    assert f"dynamic a web {SERVICES['web']['environment']['PORT']}" in CADDY
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == "1"


def test_the_ports_of_the_proxy_are_those_that_it_listens_on():
    listens = set(re.findall(r"https?_port (\d+)", CADDY))
    assert {port.split(":")[1].split("/")[0] for port in SERVICES["proxy"]["ports"]} == listens


@pytest.mark.parametrize("path", ["compose/Caddyfile", "systemd/Caddyfile"])
def test_the_braces_of_a_caddyfile_fit(path: str):
    """Whether Caddy itself takes it, only Caddy can tell: docs/deploy.md says how to ask it."""
    depth = 0
    for line in (DEPLOY / path).read_text(encoding="utf-8").splitlines():
        code = line.split("#")[0].rstrip()
        if not code:
            continue
        depth -= code.strip() == "}"
        assert line.startswith("\t" * depth), line
        assert not line[depth:].startswith((" ", "\t")), line
        depth += code.endswith("{")
    assert depth == 0
