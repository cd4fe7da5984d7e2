"""A storm: real processes are killed at random while a study runs; then nothing is lost and nothing double.

Every fault is a SIGKILL to a real process id; recovery is left to the application. The seed is printed:
`HPO_STORM_SEED=n pytest tests/test_storm.py` repeats its choices.
"""

import json
import os
import random
import time
from collections import Counter

import pytest

from tests.app import App

pytestmark = pytest.mark.storm

TRIALS = 200
STUDY = {
    "objective": {"kind": "function", "name": "sleep", "seconds": 0.1},
    "optimizer": {"name": "random"},
    "budget": {"trials": TRIALS},
    "parallelism": 2,
    "seed": 7,
}
#: Every round kills one of each, in random order, with random pauses.
VICTIMS = ("training", "children", "children", "optimizers", "broker", "web", "supervisor")
#: How many trials are finished between two faults.
PACE = (3, 20)
SECONDS = 300.0

FACTS = """
import json
from django.db.models import Count
from trials.models import ParameterValue, Study, Trial
study = Study.objects.get(pk={pk})
trials = study.trials.numbered()
print(json.dumps({{
    "study": study.state,
    "states": dict(trials.values_list("state").annotate(Count("pk")).order_by()),
    "numbers": sorted(trials.values_list("number", flat=True)),
    "counters": {{state: getattr(study, "n_" + state) for state in Trial.State.values}},
    "held": Trial.objects.exclude(lease_expires=None).count(),
    "values": sum(value is not None for value in trials.values_list("value", flat=True)),
    "revisions": len(set(trials.values_list("finished_revision", flat=True))),
    "parameters": ParameterValue.objects.filter(study=study).count()
        == sum(len(params) for params in trials.values_list("params", flat=True)),
    "lost": sum(trials.values_list("lost", flat=True)),
    "suggesting": study.suggest_token,
}}))
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_exactly_the_budget_gets_done_in_a_storm(make_app, database: str):
    seed = int(os.environ.get("HPO_STORM_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed of the storm: HPO_STORM_SEED={seed}")
    app = make_app(database, WORKERS="2", HPO_LEASE_SECONDS="3", HPO_HEARTBEAT_SECONDS="0.6")
    token = app.make_token()
    made = app.client(token).post("/api/v1/studies", STUDY)
    assert made.status == 201, made.text
    study = made.json()["id"]

    faults = rage(app, token, study, random.Random(seed))

    print(f"faults: {dict(faults)}")
    assert set(faults) == set(VICTIMS), "every kind of process was killed"
    facts = facts_of(app, study)
    print(f"lost and trained again: {facts['lost']}")
    assert facts["study"] == "completed"
    assert facts["numbers"] == list(range(TRIALS)), "no gap, no double"
    assert facts["states"] == {"complete": TRIALS}
    assert facts["values"] == facts["revisions"] == TRIALS, "each result was recorded once"
    assert facts["parameters"]
    assert facts["counters"] == dict.fromkeys(facts["counters"], 0) | {"complete": TRIALS}
    assert (facts["held"], facts["suggesting"]) == (0, "")
    lines = app.client(token).get(f"/studies/{study}/trials.csv").text.strip().splitlines()
    assert len(lines) == 1 + TRIALS
    # make_app closes the application and fails when a process is left.


def rage(app: App, token: str, study: int, chance: random.Random) -> Counter[str]:
    """Kill processes at random until the study is over; a killed supervisor is started again.

    Faults are paced by progress, not by the clock, so that a slow machine gets the same storm.
    """
    faults: Counter[str] = Counter()
    deadline = time.monotonic() + SECONDS
    done = 0
    while True:
        for victim in chance.sample(VICTIMS, len(VICTIMS)):
            target = done + chance.randint(*PACE)
            while (state := state_of(app, token, study))[1] < target and state[0] == "running":
                assert time.monotonic() < deadline, f"{done} done after {SECONDS} s: {faults}\n{app.logs()}"
                time.sleep(chance.uniform(0.02, 0.2))
            if state[0] != "running":
                return faults
            done = state[1]
            faults[victim] += bool(strike(app, victim, chance))
            if victim == "supervisor":
                left = app.wait_for_silence()
                assert not left, f"outlived their supervisor: {left}"
                app.start()


def strike(app: App, victim: str, chance: random.Random) -> int:
    """SIGKILL one process of a kind (of the supervisor there is only one); return how many were hit."""
    if victim == "supervisor":
        return len(app.kill("supervisor"))
    pids = app.pids(victim)
    if not pids:
        return 0
    try:
        os.kill(chance.choice(pids), 9)
    except ProcessLookupError:
        return 0
    return 1


def state_of(app: App, token: str, study: int) -> tuple[str, int]:
    """The study's state and how many trials are done; ("running", -1) while the page does not answer."""
    try:
        answer = app.client(token).get(f"/api/v1/studies/{study}", timeout=5)
    except OSError:
        return "running", -1
    if answer.status != 200:
        return "running", -1
    facts = answer.json()
    return facts["state"], facts["counts"]["complete"]


def facts_of(app: App, study: int) -> dict:
    told = app.run("shell", "-v0", "-c", FACTS.format(pk=study))
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.strip().splitlines()[-1])
