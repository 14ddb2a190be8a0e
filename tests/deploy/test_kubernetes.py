"""The manifests: they follow Kubernetes' schemas, name what there is, and let nothing be reached but what is named."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.reading import (
    KUBERNETES,
    SETTINGS,
    STAYS,
    containers,
    is_command,
    manifests,
    named,
    objects,
    of_kind,
    pods,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own libraries
    import kubernetes_validate

#: The oldest that the checker's wheel has schemas of.
VERSION = "1.35.0"
#: Of the Prometheus operator, which is no part of Kubernetes: there is no schema of it here.
FOREIGN = {"PodMonitor"}
EXAMPLE = KUBERNETES / "overlays" / "example"
POLICIES = of_kind("NetworkPolicy")
DEPLOYMENTS = of_kind("Deployment")
#: Each object with a line of its own in the report.
ALL = {f"{each['kind']} {each['metadata']['name']}": each for each in objects()}


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a selector of pods means these labels; an empty one means all."""
    plain = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    for each in selector.get("matchExpressions", ()):
        assert each["operator"] == "In"
        plain = plain and labels.get(each["key"]) in each["values"]
    return plain


def labels(name: str) -> dict[str, str]:
    found: dict[str, str] = pods()[name]["metadata"]["labels"]
    return found


def reached(name: str, way: str) -> list[tuple[dict[str, Any], set[int]]]:
    """Who may talk with these pods (``from``), or whom they may (``to``), and at which ports."""
    direction = "ingress" if way == "from" else "egress"
    found = []
    for policy in POLICIES.values():
        if matches(policy["spec"]["podSelector"], labels(name)):
            for rule in policy["spec"].get(direction, ()):
                found += [(peer, {port["port"] for port in rule["ports"]}) for peer in rule[way]]
    return found


@pytest.mark.parametrize("each", [e for e in ALL.values() if e["kind"] not in FOREIGN], ids=lambda e: e["kind"])
def test_each_object_follows_the_schema_of_kubernetes(each: dict[str, Any]):
    kubernetes_validate.validate(each, VERSION, strict=True)


def test_the_schema_would_find_a_fault():
    spoilt = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {"replicsa": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, VERSION, strict=True)


def test_kustomizations_name_every_manifest_and_what_they_name_is_there():
    there: set[Path] = set()
    for file in KUBERNETES.rglob("kustomization.yaml"):
        asked = yaml.safe_load(file.read_text(encoding="utf-8"))
        for name in (*asked.get("resources", ()), *asked.get("components", ())):
            path = (file.parent / name).resolve()
            assert path.exists(), path
            there.add(path)
    assert set(manifests()) <= there


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl, which has kustomize, is not here")
@pytest.mark.parametrize("everything", [False, True])
def test_the_example_comes_out_whole(tmp_path: Path, everything: bool):
    """As it stands, and with every component that it only mentions."""
    shutil.copytree(KUBERNETES, tmp_path / "k")
    example = tmp_path / "k" / "overlays" / "example"
    shutil.copy(example / "secrets.env.example", example / "secrets.env")
    if everything:
        file = example / "kustomization.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("  # - ../", "  - ../"), encoding="utf-8")
    done = subprocess.run(["kubectl", "kustomize", str(example)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = list(yaml.safe_load_all(done.stdout))
    for each in made:
        if each["kind"] not in FOREIGN:
            kubernetes_validate.validate(each, VERSION, strict=True)
    by_name = {(each["kind"], each["metadata"]["name"]): each for each in made}
    web = by_name["Deployment", "web"]
    assert "replicas" not in web["spec"]  # or each apply would undo what the autoscaler did
    assert web["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example.dk/redningskrans:0.1.0"
    assert by_name["Ingress", "web"]["spec"]["tls"][0]["hosts"] == ["krans.example.dk"]
    assert (by_name["ConfigMap", "settings"]["data"]["NLU"] == "rasa") is everything


@pytest.mark.parametrize("name", pods())
def test_nobody_is_root_or_may_become_it_or_writes_beside_the_volumes(name: str):
    pod = pods()[name]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(pods()[name]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize("name", pods())
def test_everybody_has_limits_and_no_latest_image(name: str):
    for container in containers(pods()[name]):
        assert set(container["resources"]) == {"requests", "limits"}
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
        assert ":latest" not in container["image"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_deployment_has_its_three_probes(name: str):
    [container] = containers(pods()[name])
    ports = {port["name"] for port in container["ports"]}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] in ports
    if name in STAYS:
        asked = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "readiness", "liveness")}
        assert asked == {"startup": "/health/live", "readiness": "/health/ready", "liveness": "/health/live"}


@pytest.mark.parametrize("name", sorted(STAYS))
def test_two_of_each_stand_apart_leave_one_by_one_and_have_time_to_end(name: str):
    spec = DEPLOYMENTS[name]["spec"]
    assert spec["replicas"] == 2
    pod = spec["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= 35
    assert all(matches(each["labelSelector"], labels(name)) for each in pod["topologySpreadConstraints"])
    budget = of_kind("PodDisruptionBudget")[name]["spec"]
    assert (budget["maxUnavailable"], matches(budget["selector"], labels(name))) == (1, True)


@pytest.mark.parametrize("name", ["web", "worker", "scheduler", "migrate", "backup"])
def test_what_is_started_is_a_command(name: str):
    assert is_command(containers(pods()[name])[0]["args"])


def test_there_is_one_migration():
    job = of_kind("Job")["migrate"]["spec"]
    assert (job.get("parallelism", 1), job.get("completions", 1)) == (1, 1)
    assert containers(pods()["migrate"])[0]["args"] == ["db", "upgrade"]


def test_every_setting_named_is_one_of_ours():
    settings = of_kind("ConfigMap")["settings"]["data"]
    secrets = named((EXAMPLE / "secrets.env.example").read_text(encoding="utf-8"))
    assert set(settings) <= SETTINGS
    assert secrets <= SETTINGS
    assert {"DATABASE_URL", "SECRET_KEY", "DATA_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"} <= secrets
    assert "PUBLIC_URL" in settings


def test_no_secret_stands_in_a_manifest():
    assert of_kind("Secret") == {}
    for line in (EXAMPLE / "secrets.env.example").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or line.endswith("="), line


def test_the_ports_are_those_that_the_service_listens_on():
    settings = of_kind("ConfigMap")["settings"]["data"]
    ports = {port["name"]: str(port["containerPort"]) for port in containers(pods()["web"])[0]["ports"]}
    assert ports == {"http": settings["PORT"], "health": settings["HEALTH_PORT"]}


def test_nothing_is_reached_but_what_is_named():
    policy = POLICIES["nothing-by-default"]["spec"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_database_and_rasa_are_reached_by_ours_alone_and_reach_nobody_but_names():
    ours = {"web", "worker", "scheduler", "migrate", "backup"}
    for name, port, may in (("database", 5432, ours), ("rasa", 5005, {"worker"})):
        [(peer, ports)] = reached(name, "from")
        assert ports == {port}
        assert set(peer) == {"podSelector"}
        assert {each for each in pods() if matches(peer["podSelector"], labels(each))} == may
        assert all(ports == {53} for _, ports in reached(name, "to"))


def test_the_web_is_reached_by_the_ingress_and_its_health_by_monitoring():
    found = {tuple(ports): peer["namespaceSelector"]["matchLabels"] for peer, ports in reached("web", "from")}
    name = "kubernetes.io/metadata.name"
    assert found == {(8000,): {name: "ingress-nginx"}, (9100,): {name: "monitoring"}}


def test_only_those_who_must_reach_the_world_and_not_the_clusters_own_addresses():
    def out(name: str) -> set[int]:
        world = [peer["ipBlock"] for peer, _ in reached(name, "to") if "ipBlock" in peer]
        assert all("except" in block for block in world if block["cidr"] == "0.0.0.0/0")
        return {p for peer, ports in reached(name, "to") for p in ports if "except" in peer.get("ipBlock", {})}

    mail = {465, 587}
    assert {name: out(name) for name in pods()} == {
        "web": {443},
        "worker": {443} | mail,
        "scheduler": {443},
        "migrate": set(),
        "backup": set(),
        "rasa": set(),
        "database": set(),
    }


def test_what_comes_in_is_encrypted_unbuffered_and_sees_no_counts():
    ingress = of_kind("Ingress")["web"]
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    [rule], [tls] = ingress["spec"]["rules"], ingress["spec"]["tls"]
    assert tls["hosts"] == [rule["host"]]
    behind = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert behind == {"/": "web", "/metrics": "nobody", "/health/ready": "nobody"}
    nobody = of_kind("Service")["nobody"]["spec"]["selector"]
    assert not any(matches({"matchLabels": nobody}, labels(name)) for name in pods())


def test_the_autoscalers_scale_what_is_there():
    for name, scaler in of_kind("HorizontalPodAutoscaler").items():
        spec = scaler["spec"]
        assert spec["scaleTargetRef"]["name"] == name
        assert name in DEPLOYMENTS
        assert spec["minReplicas"] == 2
        assert {metric["containerResource"]["container"] for metric in spec["metrics"]} == {name}


def test_old_backups_go_only_after_a_whole_one():
    pod = pods()["backup"]["spec"]
    assert [each["name"] for each in pod["initContainers"]] == ["backup"]
    assert [each["command"][0] for each in pod["containers"]] == ["find"]
