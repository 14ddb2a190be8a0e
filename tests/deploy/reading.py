"""What stands in deploy/, read; and what the code knows of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
#: Settings by the names of the environment; the demo is nobody's.
SETTINGS = {name.upper() for name in Settings.model_fields} - {"DEMO"}
#: What stays on, by its command.
STAYS = {"web", "worker", "scheduler"}


def manifests() -> list[Path]:
    """All but kustomize's own files."""
    return sorted(path for path in KUBERNETES.rglob("*.yaml") if path.name != "kustomization.yaml")


@cache
def objects() -> list[dict[str, Any]]:
    """Every object of Kubernetes that stands there."""
    read = (yaml.safe_load_all(path.read_text(encoding="utf-8")) for path in manifests())
    return [each for file in read for each in file if each]


def of_kind(*kinds: str) -> dict[str, dict[str, Any]]:
    """By name, those of these kinds."""
    return {each["metadata"]["name"]: each for each in objects() if each["kind"] in kinds}


def pods() -> dict[str, dict[str, Any]]:
    """By name of what makes them: the specifications of pods."""
    found = {name: each["spec"]["template"] for name, each in of_kind("Deployment", "StatefulSet", "Job").items()}
    found |= {name: each["spec"]["jobTemplate"]["spec"]["template"] for name, each in of_kind("CronJob").items()}
    return found


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that begin, too."""
    return [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]


def is_command(words: list[str]) -> bool:
    """Whether ``redningskrans`` takes these words, options aside."""
    group = get_command(app)
    for word in words:
        below = getattr(group, "commands", None)
        if below is None:
            return True
        if word not in below:
            return False
        group = below[word]
    return not hasattr(group, "commands")


def named(text: str) -> set[str]:
    """The settings that a file of ``NAME=value`` lines gives, also those that it only shows."""
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.MULTILINE))
