"""Nothing outlives the process that started it, and the fork server holds nothing it should not."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.trials.objectives.test_process import gone, until

ROOT = Path(__file__).parents[3]
STARTS_A_TRAINING = """
import json, time
from trials.objectives import launcher
from trials.objectives.process import start
training = start({"objective": {"kind": "function", "name": "hangs", "how": "with a child"},
                  "params": {}, "study_seed": 0, "number": 0, "fidelity": None})
while "child" not in training._inbox.printed.decode():
    training.wait(0.01)
child = int(training._inbox.printed.split()[1])
print(json.dumps([launcher.current("numpy").process.pid, training.pid, child]), flush=True)
training.wait(600)
"""
FORKS_ITSELF = """
import os
from trials.objectives.process import start
job = {"objective": {"kind": "function", "name": "noop"}, "params": {"x": 0.3}, "study_seed": 0, "number": 0}
assert start(job).wait(60).state == "complete"
child = os.fork()
ended = start(job).wait(60).state
assert ended == "complete", ended
if child:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert start(job).wait(60).state == "complete"
"""
LEAVES_AT_ONCE = """
import os
from trials.objectives.launcher import Launcher
os.environ["PYTHONPROFILEIMPORTTIME"] = "1"
print(Launcher("scikit-learn").process.pid, flush=True)
os._exit(0)
"""
LOOKS_AT_ITSELF = """
import json, os, sys
from trials.objectives import base, catalogue, datasets, forkserver
forkserver.preload("scikit-learn")
before = set(sys.modules)
threads = len(os.listdir("/proc/self/task"))
for info in (datasets.get_dataset("iris"), datasets.get_dataset("diabetes")):
    for spec in catalogue.available_models(info.task):
        params = spec.space(info).default()
        data = {"kind": "model", "model": spec.name, "dataset": info.name, "validation": {"kind": "holdout"}}
        base.parse(data).evaluate(params, base.Context(0))
print(json.dumps([threads, "django" in before, sorted(set(sys.modules) - before)]))
"""


def python(code, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, text=True, **options)


def test_a_server_whose_parent_is_gone_imports_no_further(tmp_path: Path):
    with (tmp_path / "imports").open("w") as imports:
        told = subprocess.run(
            [sys.executable, "-c", LEAVES_AT_ONCE],
            stdout=subprocess.PIPE,
            stderr=imports,
            cwd=ROOT,
            check=True,
        )
    until(lambda: gone(int(told.stdout)))
    assert "sklearn.datasets" not in (tmp_path / "imports").read_text(), "the last of what it imports"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_survives_its_starter(ending):
    starter = python(STARTS_A_TRAINING, stdout=subprocess.PIPE)
    pids = json.loads(starter.stdout.readline())
    assert not any(gone(pid) for pid in pids)
    starter.send_signal(ending)
    starter.communicate()
    until(lambda: all(gone(pid) for pid in pids))


def test_a_fork_server_that_is_killed_takes_its_training_along():
    starter = python(STARTS_A_TRAINING, stdout=subprocess.PIPE)
    server, training, child = json.loads(starter.stdout.readline())
    os.kill(server, signal.SIGKILL)
    until(lambda: gone(training) and gone(child))
    starter.communicate(timeout=60)
    assert starter.returncode == 0
    assert gone(server)


def test_starter_and_fork_server_killed_at_once_leave_no_training():
    starter = python(STARTS_A_TRAINING, stdout=subprocess.PIPE)
    server, training, child = json.loads(starter.stdout.readline())
    for pid in (server, starter.pid):
        os.kill(pid, signal.SIGKILL)
    starter.communicate()
    until(lambda: gone(training))
    if not gone(child):
        os.kill(child, signal.SIGKILL)


def test_a_copy_of_the_process_trains_with_a_server_of_its_own():
    forking = python(FORKS_ITSELF, stderr=subprocess.PIPE)
    _, errors = forking.communicate(timeout=120)
    assert forking.returncode == 0, errors
    assert not [
        found for found in psutil.process_iter(["ppid", "cmdline"]) if found.info["ppid"] == forking.pid
    ]


def test_the_fork_server_knows_all_that_a_training_needs_and_no_django():
    looking = python(LOOKS_AT_ITSELF, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output, _ = looking.communicate(timeout=120)
    threads, has_django, imported_late = json.loads(output)
    assert threads == 1
    assert not has_django
    assert imported_late == []


def test_where_the_kernel_does_not_end_a_training_its_lifeline_does():
    code = """
import os, threading, time
from trials.objectives.forkserver import end_with
reader, writer = os.pipe()
threading.Thread(target=end_with, args=(reader,), daemon=True).start()
os.close(writer)
time.sleep(60)
"""
    assert python(code, start_new_session=True).wait(60) == -signal.SIGKILL
