"""Whatever rings, or is said when something does not start, stands in the runbook, and what it links to is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from bot.db_faults import IN_WORDS
from bot.incidents import Kind
from tests.bot.test_metrics import names

ROOT = Path(__file__).parent.parent
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
#: What a process says that does not start, up to where it differs.
SAID = [
    *(re.split("[.:]", sentence)[0] for sentence in IN_WORDS.values()),
    "Missing setting",
    "SENTRY_DSN is none",
    "SMTP_URL and MAIL_FROM go together",
    "SMTP_URL or MAIL_FROM cannot be used",
    "The database is older than this version, or not made yet",
    "The database was brought back from a backup, and sending is held",
    "Twilio cannot be asked",
]


def sources() -> str:
    """The code that says it, with sentences that are broken over lines in one piece."""
    folders = (ROOT / "bot", ROOT / "bot" / "commands")
    text = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py"))
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_incident_has_a_row(kind: str):
    assert re.search(rf"^\| `{kind}` \| .+ \| .+ \|$", RUNBOOK, re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_each_alarm_has_a_heading_a_severity_and_metrics_that_there_are(rule: dict[str, Any]):
    assert f"\n### {rule['alert']}\n" in RUNBOOK
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    asked = set(re.findall(r"redningskrans_\w+(?=[\[{) ]|$)", rule["expr"]))
    known = {f"redningskrans_{name}{end}" for name in known_names() for end in ("", "_total", "_bucket", "_count")}
    assert asked <= known
    assert asked or rule["expr"].startswith("up{")


def known_names() -> set[str]:
    families = {f"{one}{what}" for one in ("mail", "webhook") for what in ("s_waiting", "_age_seconds", "s_lost")}
    return names() | families


def test_every_incident_that_an_alarm_asks_for_is_one_and_each_rings():
    found = [kinds for rule in RULES for kinds in re.findall(r'kind=~?"([^"]+)"', rule["expr"])]
    asked = {kind for kinds in found for kind in kinds.split("|")}
    of_other_metrics = {"sms", "reply"}
    assert asked - of_other_metrics == set(get_args(Kind))


@pytest.mark.parametrize("sentence", SAID)
def test_each_sentence_of_a_start_that_fails_is_explained(sentence: str):
    assert sentence in RUNBOOK
    assert sentence in sources()


@pytest.mark.parametrize("page", ["runbook.md", "metrics.md", "capacity.md", "operations.md"])
def test_what_the_guides_link_to_is_there(page: str):
    here = ROOT / "docs" / page
    for target, heading in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", here.read_text(encoding="utf-8")):
        there = here.parent / target if target else here
        assert there.exists(), target
        titles = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}, heading


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\$ ([a-z]+(?: [a-z]+)?)", RUNBOOK))))
def test_the_commands_are_ours(command: str):
    from tests.test_docs import commands

    assert any(ours == command or command.split()[0] == ours for ours in commands()), command
