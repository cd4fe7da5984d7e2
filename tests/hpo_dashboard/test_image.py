"""The image and the wheel in it: installed without the source tree, run as `up` and as Compose says."""

import csv
import io
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hpo_dashboard import broker
from hpo_dashboard.tether import LINUX, die_with
from tests.app import App, Client
from tests.image import ROOT, Image, services
from tests.postgres import Postgres

PATIENCE = 90.0
STUDY = {
    "objective": {"kind": "function", "name": "sleep", "seconds": 0.2},
    "optimizer": {"name": "random"},
    "budget": {"trials": 12},
    "parallelism": 4,
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    made = Image(tmp_path_factory.mktemp("image"))
    made.build()
    return made


def wait_until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        time.sleep(0.1)


def test_the_wheel_holds_pages_and_migrations_and_no_tests(image: Image):
    packages = next(image.inside("/app").glob("lib/python*/site-packages"))
    for name in ("templates", "static"):
        here = {path.relative_to(ROOT / name) for path in (ROOT / name).rglob("*") if path.is_file()}
        there = packages / "hpo_dashboard/bundled" / name
        assert here == {path.relative_to(there) for path in there.rglob("*") if path.is_file()}
    assert len(list((packages / "trials/migrations").glob("0*.py"))) == len(
        list((ROOT / "trials/migrations").glob("0*.py"))
    )
    assert not (packages / "tests").exists()
    assert not (packages / "templates").exists()


def test_hpo_dashboard_up_runs_from_an_empty_folder(image: Image, tmp_path: Path):
    app = App(tmp_path / "home", PYTHONPATH="")
    app.command = (str(image.inside("/app/bin/hpo-dashboard")),)
    try:
        app.start()
        owner = app.signed_in()
        page = owner.get("/").text
        assert "What should be better?" in page
        for address in set(re.findall(r'(?:src|href)="(/static/[^"#]+\.(?:css|js|svg))', page)):
            assert app.client().get(address).status == 200, address
        study = owner.post("/examples/forest-grid/").url
        app.wait_until(
            lambda: "of 16" in owner.get(study).text and "1" in done(owner, study), "a trial is done"
        )
        assert app.run("--version").stdout.startswith("HPO Dashboard ")
        code, _ = app.stop(signal.SIGINT)
        assert code == 0, app.logs()
    finally:
        app.close()


def done(client: Client, study: str) -> str:
    """The number of trials that are done, as the list of studies says it."""
    found = re.search(r"<b>(\d+)</b> of 16", client.get("/").text)
    return found[1].lstrip("0") if found else ""


class Services:
    """docker-compose.yml's services as processes of this machine."""

    def __init__(self, image: Image, folder: Path, database: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.specs = services({"PORT": str(self.port), "WORKERS": "1"})
        self.image, self.folder = image, folder
        self.given = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PATH": f"{broker.find_server().parent}:/usr/bin:/bin",
        }
        self.replaced = {"DATABASE_URL": database, "REDIS_URL": broker.url(folder / broker.SOCKET_NAME)}
        self.running: list[subprocess.Popen[bytes]] = []

    def environment(self, name: str) -> dict[str, str]:
        own = self.specs[name]["environment"]
        found = self.image.process_environment() | own | self.given
        found["PATH"] = f"{self.image.inside('/app/bin')}:{self.given['PATH']}"
        return found | {key: text for key, text in self.replaced.items() if key in own}

    def start(self, name: str, *further: str) -> subprocess.Popen[bytes]:
        """Start a service with its own command; its output is in <name>.log."""
        words = [*shlex.split(self.specs[name].get("command") or shlex.join(self.image.command)), *further]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                words,
                env=self.environment(name) if "environment" in self.specs[name] else self.given,
                cwd=self.image.inside("/data"),
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=partial(die_with, os.getpid()) if LINUX else None,
            )
        self.running.append(process)
        return process

    def run(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """What `docker compose exec` or a health check does."""
        return subprocess.run(
            list(words),
            env=self.environment(name),
            cwd=self.image.inside("/data"),
            capture_output=True,
            text=True,
        )

    def logs(self) -> str:
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in self.folder.glob("*.log"))

    def stop(self) -> list[int]:
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
        return [process.wait(timeout=30) for process in reversed(self.running)]


@pytest.fixture
def composed(image: Image, tmp_path: Path, postgres: Postgres) -> Iterator[Services]:
    made = Services(image, tmp_path, postgres.create_database())
    yield made
    for process in made.running:
        process.kill()
        process.wait()


def test_compose_runs_a_study_on_two_workers_with_postgresql_and_valkey(composed: Services):
    composed.start("broker", "--port", "0", "--unixsocket", str(composed.folder / broker.SOCKET_NAME))
    wait_until((composed.folder / broker.SOCKET_NAME).exists, "the broker listens")
    assert composed.start("migrate").wait(timeout=PATIENCE) == 0, composed.logs()
    composed.running.pop()
    for name in ("web", "worker", "worker", "optimizers"):
        composed.start(name)
    health = partial(composed.run, "web", *composed.image.healthcheck)
    wait_until(lambda: health().returncode == 0, f"healthy\n{composed.logs()}")

    link = composed.run("web", "hpo-dashboard", "sign_in_link").stdout.strip()
    assert link.startswith(f"http://localhost:{composed.port}/sign-in/")
    owner = Client(f"http://127.0.0.1:{composed.port}")
    owner.get(link.replace("localhost", "127.0.0.1"))
    assert owner.get("/workers/").text.count('class="duty">trains') == 2

    token = json.loads(composed.run("web", *shlex.split("hpo-dashboard token create --name t --json")).stdout)
    program = Client(f"http://127.0.0.1:{composed.port}", token["token"])
    made: dict[str, Any] = program.post("/api/v1/studies", STUDY).json()
    study = f"/api/v1/studies/{made['id']}"
    wait_until(lambda: program.get(study).json()["state"] == "completed", f"completed\n{composed.logs()}")
    rows = list(csv.DictReader(io.StringIO(owner.get(f"/studies/{made['id']}/trials.csv").text)))
    assert [row["state"] for row in rows] == ["COMPLETE"] * 12
    assert len({row["worker"] for row in rows}) == 2, "both workers trained"
    assert set(composed.stop()) == {0}, composed.logs()
