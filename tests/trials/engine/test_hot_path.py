"""What a trial costs the machinery, counted: statements, messages, processes, modules. Never wall time."""

import json
import subprocess
import sys
from typing import Any

import pytest

from trials.engine.advance import advance
from trials.engine.claims import Held, Slot, claim
from trials.engine.execution import execute
from trials.engine.finish import Recorded, Verdict, record
from trials.models import Study
from trials.objectives import launcher

SLOT = Slot("tester")
#: What a process for a function must not hold: each fork copies the page tables of all of it.
HEAVY = ("scipy", "sklearn", "pandas", "django", "celery", "logging", "unittest")
FORKED = """
import json, socket, sys, threading
from trials.objectives import forkserver, runner
forkserver.preload("numpy")
before = set(sys.modules)
near, far = socket.socketpair()
objective = {"kind": "function", "name": "noop"}
job = {"objective": objective, "params": {"x": 0.5}, "study_seed": 0, "number": 1, "fidelity": None}
request = {"job": job, "limits": {"memory_mb": 256, "cpu_seconds": 60}}
near.sendall(json.dumps(request).encode() + b"\\n")
runner.run(far)
said = near.recv(65536).decode().splitlines()
sys.__stdout__.write(json.dumps({
    "complete": "complete" in json.loads(said[-1]),
    "held": sorted(before), "imported": sorted(set(sys.modules) - before),
}))
"""


@pytest.fixture
def study(make_study) -> Study:
    made: Study = make_study(parallelism=2, budget={"trials": 600})
    advance(made.pk)
    return made


def begin(study: Study) -> Held:
    """Both slots train; the first of them."""
    first, second = (claim(trial.pk, SLOT) for trial in study.trials.waiting()[:2])
    assert first is not None
    assert second is not None
    return first


def go_on(held: Held, value: float = 1.0) -> Recorded:
    recorded = record(held.trial, held.token, Verdict("complete", (value,)), SLOT)
    assert recorded.following is not None
    return recorded


def following(held: Held) -> Held:
    after = go_on(held).following
    assert after is not None
    return after


def test_one_trial_ends_and_the_next_begins_in_one_transaction_of_five_statements(
    study, django_assert_num_queries
):
    held = following(begin(study))  # the first result is the best: that is noted
    with django_assert_num_queries(7):  # BEGIN, study, tell, next, claim, study, COMMIT
        held = following(held)
    with django_assert_num_queries(7):
        following(held)


def test_a_claim_is_one_transaction_of_three_statements(study, django_assert_num_queries):
    trial = study.trials.waiting().first()
    with django_assert_num_queries(6):  # trial, BEGIN, study, claim, study, COMMIT
        assert claim(trial.pk, SLOT) is not None


def test_a_deep_queue_is_filled_at_once(make_study, django_assert_max_num_queries):
    study = make_study(parallelism=2, budget={"trials": 600})
    with django_assert_max_num_queries(27):
        advance(study.pk)
    assert study.trials.count() == 98


def test_of_forty_trials_none_sends_a_message(study):
    held, sent = begin(study), []
    for _ in range(40):
        recorded = go_on(held)
        assert recorded.following is not None
        held, nudges = recorded.following, recorded.nudges
        sent += [*nudges.trials, *nudges.studies, *nudges.finals]
    assert sent == []


def test_each_trial_takes_one_fork(study, monkeypatch):
    forks = []
    forked = launcher.Launcher._forked
    monkeypatch.setattr(launcher.Launcher, "_forked", lambda server: forks.append(server) or forked(server))
    Study.objects.filter(pk=study.pk).update(budget={"trials": 5}, parallelism=1)
    study.trials.filter(number__gte=5).delete()
    Study.objects.filter(pk=study.pk).update(n_queued=5, next_number=5)
    ended = list(execute(study.trials.waiting().first().pk, SLOT))
    assert len(ended) == 5
    assert 5 <= len(forks) <= 5 + launcher.FORKED_AHEAD
    assert len(set(forks)) == 1


def test_the_process_of_a_function_is_small_and_imports_nothing():
    ran = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(ran.stdout)
    assert said["complete"]
    assert said["imported"] == []
    assert [name for name in said["held"] if name.split(".")[0] in HEAVY] == []
