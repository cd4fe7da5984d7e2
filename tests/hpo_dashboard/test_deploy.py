"""The files of deploy/ name only what there is: metrics, commands, settings."""

import configparser
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from trials.models import Worker

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SUFFIXES = ("_bucket", "_sum", "_count")


@pytest.mark.django_db
def test_the_grafana_dashboard_asks_for_metrics_that_exist(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("owner"))
    text = client.get("/metrics").content.decode()
    known = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"hpo_\w+", target["expr"])
    }
    assert asked
    plain = {name.removesuffix(next((s for s in SUFFIXES if name.endswith(s)), "")) for name in asked}
    assert plain <= known


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text()))


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents("hpo-dashboard.yaml"):
        if document["kind"] == "Deployment":
            yield document["metadata"]["name"], document["spec"]["template"]


def test_every_kubernetes_role_runs_what_compose_runs():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    roles = dict(pods())
    for role in ("web", "optimizers"):
        command = roles[role]["spec"]["containers"][0]["command"]
        assert command == shlex.split(compose[role]["command"])
    assert roles["worker"]["spec"]["containers"][0]["command"][:2] == ["hpo-dashboard", "worker"]
    migrate = roles["web"]["spec"]["initContainers"][0]["command"]
    assert migrate == shlex.split(compose["migrate"]["command"])


def test_no_container_is_root_or_writes_into_its_image():
    for name, template in pods():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"], name
        for container in [*spec["containers"], *spec.get("initContainers", [])]:
            rules = container["securityContext"]
            assert rules["readOnlyRootFilesystem"], name
            assert not rules["allowPrivilegeEscalation"], name
            mounted = {mount["name"] for mount in container["volumeMounts"]}
            assert mounted <= {volume["name"] for volume in spec["volumes"]}, name


def test_settings_of_kubernetes_and_systemd_are_documented():
    documented = (ROOT / "docs/configuration.md").read_text()
    config = next(one for one in documents("hpo-dashboard.yaml") if one["kind"] == "ConfigMap")
    unit = (DEPLOY / "systemd/hpo-dashboard.service").read_text()
    line = next(line for line in unit.splitlines() if line.startswith("Environment="))
    names = {*config["data"], *(word.split("=")[0] for word in line.removeprefix("Environment=").split())}
    for name in names:
        assert f"`{name}`" in documented, name


def test_autoscaling_follows_metrics_that_exist_and_a_deployment_that_exists():
    (scaled,) = documents("autoscaling.yaml")
    assert scaled["spec"]["scaleTargetRef"]["name"] in dict(pods())
    queries = " ".join(trigger["metadata"]["query"] for trigger in scaled["spec"]["triggers"])
    source = (ROOT / "trials/views/metrics.py").read_text()
    for name in re.findall(r"hpo_(\w+)", queries):
        assert f'"{name}"' in source, name


def test_systemd_stops_it_as_ctrl_c_does():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read(DEPLOY / "systemd/hpo-dashboard.service")
    service = unit["Service"]
    assert service["KillSignal"] == "SIGINT"
    assert service["ExecStart"].split("/bin/")[1].split()[:2] == ["hpo-dashboard", "up"]
    assert float(service["TimeoutStopSec"]) > 5


@pytest.mark.django_db
def test_a_workers_health_is_whether_it_was_heard(capsys):
    with pytest.raises(SystemExit, match="No worker of here"):
        call_command("worker_health", host="here")
    Worker.objects.create(name="one", host="here", pid=1, queues="training", slots=1)
    call_command("worker_health", host="here")
    assert "one" in capsys.readouterr().out
