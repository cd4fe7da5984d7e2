"""`manage.py up` as real processes: start, second start, stop, and what happens when parts are killed.

Leases last ten minutes here: a trial that comes back sooner was given back by whoever saw its worker die.
"""

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hpo_dashboard import instance
from tests.app import App

#: What the application promises with its trainings running, on a machine that has the time for it.
STOP_SECONDS = 5.0
SLEEPER = """
from trials.engine.creation import create_study
study, _ = create_study({
    "objective": {"kind": "function", "name": "sleep", "seconds": 300},
    "optimizer": {"name": "random"}, "budget": {"trials": 1},
}, owner=None)
"""


@pytest.fixture(scope="module")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    app = App(tmp_path_factory.mktemp("up") / "home", HPO_LEASE_SECONDS="600")
    yield app
    app.close()


@pytest.fixture
def app(one_app: App) -> App:
    """A healthy application; the one before it, if a test has left that running."""
    if one_app.supervisor is None or one_app.supervisor.poll() is not None:
        one_app.start()
    one_app.wait_until(one_app.healthy, "/healthz is ok")
    return one_app


def trial(app: App) -> tuple[str, str, int]:
    """State, worker and number of losses of the only trial; before there is one, state is "none"."""
    with sqlite3.connect(app.home / "hpo.sqlite3") as connection:
        rows = connection.execute("select state, worker, lost from trials_trial").fetchall()
    assert len(rows) <= 1
    return rows[0] if rows else ("none", "", 0)


def start_long_training(app: App) -> None:
    """Have one training run, which takes longer than the tests."""
    if trial(app)[0] == "none":
        made = app.run("shell", "-c", SLEEPER)
        assert made.returncode == 0, made.stderr
    app.wait_until(lambda: trial(app)[0] == "running" and len(app.pids("children")) > 1, "a training runs")


def test_every_part_runs_and_health_says_so(app: App):
    assert app.health().json() == {"status": "ok"}
    for role in ("supervisor", "broker", "web", "optimizers", "training"):
        assert app.pids(role), f"no {role}"


def test_the_printed_link_signs_in_once(app: App):
    owner = app.signed_in()
    assert owner.get(app.sign_in_link).url == app.url + "/", "whoever is signed in goes straight home"
    assert app.client().get(app.sign_in_link).status == 403


def test_a_second_start_on_the_same_home_names_the_first_and_stops(app: App):
    second = app.run("up")
    assert second.returncode == 1
    assert app.supervisor is not None
    assert f"process {app.supervisor.pid}, {app.url}" in second.stderr
    assert app.healthy()


@pytest.mark.parametrize("role", ["broker", "web", "optimizers"])
def test_a_killed_part_is_started_again(app: App, role: str):
    before = app.pids(role)
    app.kill(role)
    app.wait_until(lambda: set(app.pids(role)) - set(before), f"{role} runs again")
    app.wait_until(app.healthy, f"healthy after {role} was killed")
    assert "was killed by SIGKILL; it is started again" in app.output


def test_trainings_come_back_at_once_and_nothing_outlives_the_supervisor(app: App):
    start_long_training(app)
    first_worker = trial(app)[1]
    app.kill("training")
    app.wait_until(
        lambda: trial(app)[0::2] == ("running", 1), "the trial runs again after its worker's death"
    )
    second_worker = trial(app)[1]
    assert second_worker != first_worker

    app.wait_until(lambda: len(app.pids("children")) > 1, "its training runs")
    app.kill("supervisor")
    assert app.wait_for_silence() == []

    app.start()
    app.wait_until(lambda: trial(app)[0::2] == ("running", 2), "the trial runs again after the restart")
    assert trial(app)[1] not in (first_worker, second_worker)
    with sqlite3.connect(app.home / "hpo.sqlite3") as connection:
        told = connection.execute("select text from trials_event where text like '%was back at%'").fetchall()
    assert len(told) == 1
    assert told[0][0].startswith("The computer or the server stopped at ")
    assert told[0][0].endswith("; 1 trial was started again")


def test_ctrl_c_stops_everything_and_puts_trainings_back(app: App):
    start_long_training(app)
    code, seconds = app.stop(signal.SIGINT)
    assert app.processes() == []
    assert code == 0, app.logs()
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert seconds < STOP_SECONDS * crowd, app.logs()
    assert trial(app)[0] == "queued"
    assert app.output.endswith("Stopped.\n")
    note = instance.read(app.home)
    assert note is not None
    assert note.stopped is not None, "so that the next start can say that somebody stopped it"


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        fresh = App(tmp_path / "fresh", PORT=str(port))
        fresh.home.mkdir()
        refused = fresh.run("up")
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in refused.stderr
    assert instance.read(fresh.home) is None
    assert not (fresh.home / "logs").exists()
