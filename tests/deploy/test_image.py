"""The images: what they copy is there and goes into the build, nobody is root, and what they start is ours."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.reading import DEPLOY, ROOT, SERVICES, pods

FILES = sorted((DEPLOY / "image").glob("Containerfile*"))
IDS = [path.name for path in FILES]
_IGNORE = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
LET_IN = [line[1:] for line in _IGNORE if line.startswith("!")]


def steps(path: Path) -> list[tuple[str, str]]:
    """Each instruction with its words, lines joined."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def test_there_are_three_images():
    assert IDS == ["Containerfile", "Containerfile.proxy", "Containerfile.rasa"]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_what_is_copied_is_in_the_checkout_and_goes_into_the_build(path: Path):
    for name, rest in steps(path):
        if name != "COPY" or rest.startswith("--from"):
            continue
        for source in rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(source == each or source.startswith(f"{each}/") for each in LET_IN), source


def test_neither_data_nor_keys_go_into_a_build():
    assert _IGNORE[1] == "*"
    kept_out = ["var/redningskrans.db", ".env", "deploy/compose/.env", ".git/config", "tests/conftest.py"]
    for file in kept_out:
        inside = any(file == each or file.startswith(f"{each}/") for each in LET_IN)
        assert not inside or fnmatch.fnmatch(file, "*/.env"), file
    assert "**/.env" in _IGNORE


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_the_last_stage_is_nobody_of_importance_and_no_base_is_the_latest(path: Path):
    done = steps(path)
    assert done[-1][0] in ("CMD", "ENTRYPOINT", "EXPOSE")
    users = [rest for name, rest in done if name == "USER"]
    assert int(users[-1].split(":")[0]) > 10_000
    bases = [rest for name, rest in done if name == "FROM" and "${" not in rest]
    bases += [rest.split("=", 1)[1] for name, rest in done if name == "ARG" and rest.startswith("BASE=")]
    assert all(":" in base and "latest" not in base for base in bases)


@pytest.mark.parametrize("path", [FILES[0], FILES[2]], ids=[IDS[0], IDS[2]])
def test_everything_is_installed_by_its_hash_and_the_last_stage_has_no_compiler(path: Path):
    done = steps(path)
    installs = [rest for name, rest in done if name == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in rest or "--no-deps" in rest for rest in installs)
    last = max(number for number, (name, _) in enumerate(done) if name == "FROM")
    assert not any(re.search(r"gcc|build-essential|pip install", rest) for _, rest in done[last:])
    assert ("STOPSIGNAL", "SIGTERM") in done[last:]
    assert any(name == "HEALTHCHECK" for name, _ in done[last:])


def test_the_users_of_the_images_are_those_that_run():
    users = {path.name: [rest for name, rest in steps(path) if name == "USER"][-1] for path in FILES}
    assert users["Containerfile"] == SERVICES["web"]["user"] == SERVICES["backup"]["user"]
    assert users["Containerfile.rasa"] == SERVICES["rasa"]["user"]
    assert users["Containerfile.proxy"] == SERVICES["proxy"]["user"]
    ids = {name: pod["spec"]["securityContext"]["runAsUser"] for name, pod in pods().items()}
    assert {ids[name] for name in ("web", "worker", "scheduler", "migrate", "backup")} == {10001}
    assert ids["rasa"] == 10002


def test_the_model_of_the_image_can_be_read_by_who_runs():
    """Who trains keeps it for themselves: 0600."""
    text = FILES[0].read_text(encoding="utf-8")
    assert "redningskrans nlu train && chmod -R a+rX var" in text


def test_pg_dump_is_as_new_as_the_database():
    """backup refuses an older one."""
    client = re.search(r"postgresql-client-(\d+)", FILES[0].read_text(encoding="utf-8"))
    server = re.match(r"postgres:(\d+)", SERVICES["db"]["image"])
    [trial] = pods()["database"]["spec"]["containers"]
    assert client is not None
    assert server is not None
    assert int(client[1]) >= int(server[1])
    assert trial["image"] == SERVICES["db"]["image"]


def test_rasa_does_not_start_without_a_token():
    where = {"PATH": "/usr/bin:/bin"}
    script = DEPLOY / "image" / "serve_rasa.py"
    beside = f"import sys; sys.path.insert(0, 'tools'); exec(compile(open({str(script)!r}).read(), 'serve', 'exec'), g)"
    start = f"g = {{'__name__': '__main__', '__file__': {str(script)!r}}}\n{beside}"
    done = subprocess.run([sys.executable, "-c", start], cwd=ROOT, env=where, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Missing setting: RASA_TOKEN.")
