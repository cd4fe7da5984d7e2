"""docker-compose.yml and the Dockerfile say the same as `up`, and name files and options that exist."""

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from hpo_dashboard import broker

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def options(words: list[str]) -> dict[str, str]:
    """The options of a command line: {"--queues": "training", "--without-gossip": ""}."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    return {word: "" if value.startswith("-") else value for word, value in pairs if word.startswith("-")}


def test_services_wait_for_what_exists_and_says_that_it_is_healthy():
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] in ("service_healthy", "service_completed_successfully")
            if how["condition"] == "service_healthy":
                assert SERVICES[needed]["healthcheck"]["test"], f"{name} waits for {needed}"


def test_every_volume_is_declared_and_covers_what_must_outlive_a_container():
    mounted = {name: service.get("volumes", []) for name, service in SERVICES.items()}
    used = {volume.split(":")[0] for volumes in mounted.values() for volume in volumes}
    assert used == set(COMPOSE["volumes"])
    assert mounted["web"] == mounted["worker"] == mounted["optimizers"] == ["data:/data"]
    assert "database" in used


def test_trainings_that_end_are_collected():
    for name in ("web", "worker", "optimizers"):
        assert SERVICES[name]["init"] is True


def test_every_variable_of_compose_is_documented():
    text = (ROOT / "docker-compose.yml").read_text()
    documented = (ROOT / "docs/configuration.md").read_text()
    for name in set(re.findall(r"\$\{(\w+)", text)):
        assert f"`{name}`" in documented, name


def test_the_broker_keeps_nothing_and_evicts_nothing_as_under_up(home: Path):
    here = options(shlex.split(SERVICES["broker"]["command"]))
    assert here.items() <= options(broker.command(home / "socket")).items()
    assert here.keys() == {"--save", "--appendonly", "--maxmemory-policy"}


def test_only_the_web_server_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]


def test_everything_waits_for_the_migrations():
    for name in ("web", "worker", "optimizers"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_is_built_from_files_that_exist_and_are_sent_to_the_build():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {
        word
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)
