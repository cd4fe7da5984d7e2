"""`manage.py up` as real processes: start, second start, stop, and what happens when parts are killed."""

import signal
from collections.abc import Callable

import pytest

from tests.app import App

#: The promise is five seconds; a loaded machine adds its own delay to what is asked of it.
STOP_SECONDS = 5.0


@pytest.fixture
def app(make_app: Callable[..., App]) -> App:
    return make_app()


def test_it_starts_signs_in_once_refuses_a_second_start_and_stops_on_ctrl_c(app: App):
    assert app.health().json() == {"status": "ok"}
    assert {"supervisor", "broker", "web", "optimizers", "training"} <= {
        role for role in ("supervisor", "broker", "web", "optimizers", "training") if app.pids(role)
    }
    check_the_link_works_once(app)
    check_a_second_start_is_refused(app)
    code, seconds = app.stop(signal.SIGINT)
    assert code == 0, app.logs()
    assert seconds < STOP_SECONDS, app.logs()
    assert app.processes() == []
    assert "Traceback" not in app.output


def check_the_link_works_once(app: App) -> None:
    person = app.client()
    assert person.get(app.sign_in_link).url == app.url + "/"
    assert person.get(app.sign_in_link).url == app.url + "/", "whoever is signed in goes straight home"
    assert app.client().get(app.sign_in_link).status == 403


def check_a_second_start_is_refused(app: App) -> None:
    second = app.run("up")
    assert second.returncode == 1
    assert f"process {app.supervisor.pid}" in second.stderr
    assert app.url in second.stderr
    assert app.healthy()


def test_killing_the_supervisor_leaves_no_process_and_the_next_start_works(app: App):
    pids = app.pids()
    app.kill("supervisor", signal.SIGKILL)
    assert app.wait_for_silence() == [], f"left of {pids}"
    app.start()
    assert app.health().status == 200


@pytest.mark.parametrize("role", ["broker", "web", "optimizers", "training"])
def test_a_killed_part_is_started_again(running_app: App, role: str):
    before = running_app.pids(role)
    running_app.kill(role)
    running_app.wait_until(lambda: set(running_app.pids(role)) - set(before), f"{role} runs again")
    running_app.wait_until(running_app.healthy, f"healthy after {role} was killed")
    assert "was killed by SIGKILL" in running_app.output
