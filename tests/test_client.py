"""The Python client, against a live server; a thread does the part of the worker that suggests."""

import ast
import http.server
import json
import math
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import close_old_connections, connections

from hpo_dashboard import client as client_module
from hpo_dashboard.celery import app
from hpo_dashboard.client import APIError, Client, Pruned, Study, StudyOver, Trial
from trials import models
from trials.engine.advance import advance

ROOT = Path(__file__).resolve().parents[1]
STUDY = {
    "name": "From afar",
    "objective": {"kind": "external"},
    "space": {"parameters": [{"name": "x", "type": "float", "low": -5, "high": 5}]},
    "optimizer": {"name": "random"},
    "metrics": ["loss"],
    "directions": ["minimize"],
    "budget": {"trials": 4},
    "seed": 3,
}


@pytest.fixture(autouse=True)
def nudges(valkey: str) -> Iterator[None]:
    """A real broker takes the messages."""
    before = app.conf.broker_url
    app.conf.broker_url = valkey.replace("unix://", "redis+socket://", 1)
    app._after_fork()  # forget the connections to another broker
    yield
    app.conf.broker_url = before
    app._after_fork()


@pytest.fixture
def suggester(transactional_db: None) -> Iterator[None]:
    """Advances every study over and over, as the optimizers' worker does."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            for pk in models.Study.objects.active().values_list("pk", flat=True):
                advance(pk)
            close_old_connections()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def client(live_server: Any, transactional_db: None) -> Client:
    token = models.AccessToken.make(get_user_model().objects.create_user("robot"), "client")
    return Client(live_server.url, token, patience=5)


@pytest.fixture
def study(client: Client, suggester: None) -> Study:
    return client.create_study(**STUDY)


def row(study: Study, number: int = 0) -> models.Trial:
    return models.Trial.objects.get(study=study.id, number=number)


def test_optimize_trains_until_the_study_is_over(study: Study) -> None:
    study.optimize(lambda trial: trial.params["x"] ** 2)
    read = study.read()
    assert (read["state"], read["counts"]["complete"]) == ("completed", 4)
    trials = list(study.trials(order="value"))
    (best,) = study.best()
    assert best["values"][0] == trials[0]["value"] == trials[0]["params"]["x"] ** 2
    assert all(trial["seconds"] >= 0 for trial in trials)
    with pytest.raises(StudyOver):
        study.ask()


def test_optimize_stops_after_the_trials_it_was_told(study: Study) -> None:
    study.optimize(lambda trial: 1.0, n_trials=2, worker="gpu-1")
    assert study.read()["counts"]["complete"] == 2
    assert row(study).worker == "gpu-1"


def test_an_exception_a_value_that_is_none_and_nan_are_failed_trials(study: Study) -> None:
    outcomes: list[Any] = [ValueError("bad\x00 luck"), None, math.nan, 1]

    def train(trial: Trial) -> Any:
        outcome = outcomes[trial.number]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    study.optimize(train)
    assert [trial["state"] for trial in study.trials()] == ["failed", "failed", "failed", "complete"]
    error = row(study).error
    assert (error["exception"], error["message"]) == ("ValueError", "bad� luck")
    assert "raise outcome" in error["traceback"]
    assert "not a finite number" in row(study, 2).error["message"]


def test_reports_are_sent_and_pruning_keeps_the_last(study: Study) -> None:
    def train(trial: Trial) -> float:
        assert trial.report(0, 0.5) is False
        assert trial.report(1, math.nan) is False  # not sent
        assert trial.report(2, 0.25) is False
        raise Pruned

    study.optimize(train, n_trials=1)
    assert (row(study).state, row(study).value, row(study).fidelity) == ("pruned", 0.25, 2.0)
    assert list(row(study).reports.values_list("step", flat=True)) == [0, 2]


def test_a_cancelled_trial_is_told_to_stop_and_the_loop_goes_on_to_the_end(study: Study) -> None:
    def train(trial: Trial) -> float:
        study.stop()
        assert trial.report(0, 1.0) is True
        assert trial.should_stop
        return 1.0

    study.optimize(train)
    assert [trial["state"] for trial in study.trials()] == ["cancelled"]


def test_a_study_is_steered_from_afar(study: Study) -> None:
    study.pause()
    assert study.change(name="Other", tags=["a"], budget={"trials": 2})["budget"] == {"trials": 2}
    assert study.enqueue({"x": 1.0}, {"x": 2.0}) == [0, 1]
    study.resume()
    study.cancel(1)
    assert study.retry(1) == {1: 2}
    tried: list[float] = []

    def train(trial: Trial) -> float:
        tried.append(trial.params["x"])
        if len(tried) == 1:
            raise ValueError("broke")
        return trial.params["x"]

    study.optimize(train, n_trials=2)
    assert tried == [1.0, 2.0], "configurations of one's own go first"
    assert study.retry() == {0: 3}
    study.stop(after_running=True)
    assert study.read()["state"] == "stopped"
    study.delete()
    with pytest.raises(APIError, match="no study"):
        study.read()
    study.restore()
    assert study.read()["name"] == "Other"


def test_heartbeats_keep_a_trial_while_its_training_lasts(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    beaten = threading.Event()
    request = Client.request

    def watched(self: Client, method: str, path: str, *args: Any, **options: Any) -> Any:
        answer = request(self, method, path, *args, **options)
        if path.endswith("/heartbeat"):
            beaten.set()
        return answer

    monkeypatch.setattr(Client, "request", watched)
    trial = study.ask(lease_seconds=1.0)
    assert trial is not None
    assert beaten.wait(30)
    trial.tell(1.0)
    trial._heart.join(30)
    assert not trial._heart.is_alive()


def test_leaving_a_trial_through_an_exception_fails_it(study: Study) -> None:
    trial = study.ask()
    assert trial is not None
    with pytest.raises(RuntimeError), trial:
        raise RuntimeError("no luck")
    assert row(study).error["message"] == "no luck"


def test_asking_in_vain_ends_after_the_wait(client: Client, transactional_db: None) -> None:
    study = client.create_study(**STUDY)  # nobody suggests
    assert study.ask(wait=0.1) is None


def test_a_second_equal_tell_is_harmless_and_a_different_one_an_error(study: Study) -> None:
    trial = study.ask()
    assert trial is not None
    trial.tell(1.0)
    trial.tell(1.0)
    with pytest.raises(APIError) as refused:
        trial.tell(2.0)
    assert (refused.value.status, refused.value.code) == (409, "already_told")


def test_a_refusal_names_the_fields(client: Client) -> None:
    with pytest.raises(APIError) as refused:
        client.create_study(**STUDY | {"budget": {"trials": -1}})
    assert "budget.trials" in refused.value.fields
    with pytest.raises(APIError) as refused:
        Client(client.url, "wrong").study(1)
    assert refused.value.code == "unauthorized"


# --- without a dashboard -----------------------------------------------------------------------------
class Moody(http.server.BaseHTTPRequestHandler):
    """Fails in several ways before it answers."""

    moods: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        mood = self.moods.pop(0)
        if mood == "hangs up":
            self.close_connection = True
            return
        self.send_response(503 if mood == "trouble" else 404 if mood == "odd" else 200)
        self.end_headers()
        self.wfile.write(b"<html>" if mood in {"trouble", "odd"} else json.dumps({"said": mood}).encode())

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Client]]:
    """moody("hangs up", "fine"): a client of a server that behaves like this, one mood a request."""
    monkeypatch.setattr(client_module.time, "sleep", lambda seconds: None)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def make(*moods: str) -> Client:
        Moody.moods = list(moods)
        return Client(f"http://127.0.0.1:{server.server_address[1]}", "t", patience=30)

    yield make
    server.shutdown()
    server.server_close()


def test_a_lost_answer_and_a_server_in_trouble_are_asked_again(moody: Callable[..., Client]) -> None:
    assert moody("hangs up", "trouble", "hangs up", "fine").request("POST", "/x", {}) == {"said": "fine"}


def test_what_must_not_be_sent_twice_is_not(moody: Callable[..., Client]) -> None:
    with pytest.raises(ConnectionError):
        moody("hangs up", "fine").create_study()
    assert Moody.moods == ["fine"]


def test_an_answer_in_another_shape_is_an_error_with_its_status(moody: Callable[..., Client]) -> None:
    with pytest.raises(APIError, match="404"):
        moody("odd").request("POST", "/x", {})


def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    with pytest.raises(ConnectionError, match="No answer from"):
        Client("http://127.0.0.1:9", "t", patience=0).study(1)


def test_importing_it_loads_no_framework() -> None:
    code = "import sys, hpo_dashboard.client; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"django", "celery", "numpy", "sklearn", "ninja"} & set(loaded.stdout.split())


def test_the_example_of_its_docstring_runs(client: Client, suggester: None) -> None:
    text = ast.get_docstring(ast.parse((ROOT / "hpo_dashboard" / "client.py").read_text()))
    assert text is not None
    lines = text.partition("from hpo_dashboard")[2].splitlines()
    example = "\n".join(["from hpo_dashboard" + lines[0], *(line.removeprefix("    ") for line in lines[1:])])
    example = example.replace("http://localhost:8000", client.url).replace("hpo_…", client.token)
    example = example.replace('"trials": 20}', '"trials": 3}, optimizer={"name": "random"}')
    names: dict[str, Any] = {}
    exec(compile(example, "example", "exec"), names)
    assert names["study"].read()["counts"]["complete"] == 3


def test_a_study_in_print_says_its_number_and_its_page():
    study = Study(Client("http://box:8000/", token="hpo_x"), 5)
    assert repr(study) == "<Study 5 at http://box:8000/studies/5/>"
    assert "hpo_x" not in repr(study)


@pytest.mark.usefixtures("suggester")
def test_several_objectives_come_back_as_a_front(client: Client) -> None:
    goals = {"metrics": ["score", "cost"], "directions": ["maximize", "minimize"]}
    study = client.create_study(**STUDY | goals, constraints=[{"metric": "ms", "max": 2}])

    def train(trial: Trial) -> tuple[float, float]:
        trial.metrics["ms"] = trial.number
        return float(trial.number), float(trial.number)

    study.optimize(train)
    assert [each["values"] for each in study.best()] == [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]
    study.pick(2)
    assert [each["number"] for each in study.best() if each["pick"]] == [2]


def test_a_group_is_made_compared_and_steered(client: Client) -> None:
    study = client.create_study(**STUDY)
    group = client.create_group(study, ["random", "sobol"], seeds=[1, 2], name="Mine")
    assert group.read()["name"] == "Mine"
    assert [each.read()["seed"] for each in group.studies()] == [1, 1, 2, 2]
    assert group.comparison()[0]["sentence"].startswith("No result in loss yet.")
    assert len(client.compare(study, *(each.id for each in group.studies()))) == 1
    group.pause()
    assert {each["state"] for each in client.group(group.id).read()["studies"]} == {"paused"}
    group.resume()
    group.stop()
    group.delete()
    with pytest.raises(APIError, match="not_found"):
        group.read()
    group.restore()
    assert str(group.id) in group.url
