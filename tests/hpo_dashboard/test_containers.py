"""docker-compose.yml and the Dockerfile say the same as `up`, and name files and options that exist."""

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from hpo_dashboard import broker
from hpo_dashboard.programs import OPTIMIZER_SLOTS, Programs

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def options(words: list[str]) -> dict[str, str]:
    """The options of a command line: {"--queues": "training", "--without-gossip": ""}."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    return {word: "" if value.startswith("-") else value for word, value in pairs if word.startswith("-")}


@pytest.mark.parametrize(("service", "queue"), [("worker", "training"), ("optimizers", "optimizers")])
def test_workers_run_as_under_up_but_for_name_and_slots(service: str, queue: str, home: Path):
    here = options(shlex.split(SERVICES[service]["command"]))
    there = options(list(Programs(home, 2, {}).worker(queue).command)[1:])
    del there["--hostname"], there["-m"]
    assert (
        here.pop("--concurrency") == {"worker": "${WORKERS:-2}", "optimizers": str(OPTIMIZER_SLOTS)}[service]
    )
    del there["--concurrency"]
    assert here == there


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
