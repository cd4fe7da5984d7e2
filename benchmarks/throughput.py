"""No-op trials a second, ours against Optuna's, side by side in one run: `python -m benchmarks.throughput`.

Ours: the `noop` function by random search through the ordinary path (Celery, a process of its own with
limits for each trial, SQLite) under `manage.py up` with two training slots. Optuna: two processes that
share one SQLite storage on the same folder, random sampler, an objective that returns at once; it runs
the objective inside its own process, which is less work. Several rounds in turn; the ratio is what counts.
What ours learns about a study while it runs counts; what it goes on to learn once the study is over would
slow Optuna's turn, which waits for it.
"""

import argparse
import contextlib
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = os.environ.get("PORT", "8971")
STUDY = {
    "name": "Throughput",
    "objective": {"kind": "function", "name": "noop"},
    "optimizer": {"name": "random"},
    "parallelism": 2,
}
#: Studies of which the last view, which is stored when nothing is left to compute, is missing.
UNLEARNED = """
SELECT COUNT(*) FROM trials_study AS study WHERE NOT EXISTS (
    SELECT 1 FROM trials_surrogateview AS view WHERE view.study_id = study.id
    AND view.before = study.next_number AND view.results = study.n_complete
)"""
OPTUNA = """
import sys, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.load_study(
    study_name="noop", storage=sys.argv[1], sampler=optuna.samplers.RandomSampler()
)
study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=int(sys.argv[2]))
"""


class Ours:
    """A running dashboard on its own home."""

    def __init__(self, home: Path, workers: int = 2) -> None:
        self.home = home
        self.environment = {**os.environ, "HPO_HOME": str(home), "WORKERS": str(workers), "PORT": PORT}
        self.log = (home / "up.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        self.url = f"http://127.0.0.1:{PORT}"
        self._wait_until_healthy()
        made = subprocess.run(
            [sys.executable, "manage.py", "token", "create", "--name", "benchmark", "--json"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        self.token = json.loads(made.stdout)["token"]

    def _wait_until_healthy(self) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=2).read()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit(f"the dashboard did not start: see {self.log.name}")

    def call(self, path: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + "/api/v1" + path, data=data, headers=headers)
        return json.load(urllib.request.urlopen(request, timeout=10))

    def run(self, trials: int) -> float:
        started = time.perf_counter()
        self.finish({**STUDY, "budget": {"trials": trials}})
        return trials / (time.perf_counter() - started)

    def finish(self, body: dict) -> int:
        """Run a study to its end; returns its id."""
        study: int = self.call("/studies", body)["id"]
        while self.call(f"/studies/{study}")["state"] == "running":
            time.sleep(0.1)
        return study

    def rest(self) -> None:
        """Wait until everything is learned about the studies that are over."""
        with contextlib.closing(sqlite3.connect(self.home / "hpo.sqlite3")) as database:
            while database.execute(UNLEARNED).fetchone() != (0,):
                time.sleep(0.5)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)


def run_optuna(folder: Path, trials: int, number: int) -> float:
    """Trials a second from the first start to the last end: starting Python costs Optuna nothing."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = f"sqlite:///{folder}/optuna{number}.sqlite3"
    study = optuna.create_study(study_name="noop", storage=storage)
    command = [sys.executable, "-c", OPTUNA, storage, str(trials // 2)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    codes = [process.wait() for process in processes]
    if codes != [0, 0]:
        raise SystemExit(f"Optuna's processes ended with {codes}")
    done = study.get_trials(deepcopy=False)
    seconds = max(trial.datetime_complete for trial in done) - min(trial.datetime_start for trial in done)
    return len(done) / seconds.total_seconds()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as folder:
        ours = Ours(Path(folder))
        try:
            ours.run(50)  # warm-up
            ours.rest()
            rows = []
            for number in range(options.rounds):
                mine = ours.run(options.trials)
                ours.rest()
                theirs = run_optuna(Path(folder), options.trials, number)
                rows.append((mine, theirs, mine / theirs))
                print(
                    f"round {number}: ours {mine:6.1f}/s   Optuna {theirs:6.1f}/s   ratio {mine / theirs:.2f}"
                )
        finally:
            ours.stop()
    medians = [statistics.median(column) for column in zip(*rows, strict=True)]
    print("median : ours {:6.1f}/s   Optuna {:6.1f}/s   ratio {:.2f}".format(*medians))


if __name__ == "__main__":
    main()
