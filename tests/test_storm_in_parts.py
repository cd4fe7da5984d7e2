"""A storm over a study that trains in parts: processes are killed while trials are promoted and checkpoints
are written; no promotion is lost or doubled, and no half-written checkpoint is ever believed.
"""

import json
import os
import random
import time
from collections import Counter

import pytest

from tests.app import App
from tests.test_storm import SECONDS, state_of, strike
from trials.objectives import Context, parse

pytestmark = pytest.mark.storm

TRIALS = 60
OBJECTIVE = {"kind": "function", "name": "learning_curve", "seconds": 0.02, "fidelity": {"max": 9}}
STUDY = {
    "objective": OBJECTIVE,
    "optimizer": {"name": "asha"},
    "budget": {"trials": TRIALS},
    "parallelism": 2,
    "seed": 7,
}
#: One after the other, a few trials apart.
VICTIMS = ("children", "training", "children", "optimizers", "children", "supervisor", "children")
FACTS = """
import json
from trials.models import Study
study = Study.objects.get(pk={pk})
columns = ("number", "state", "params", "fidelity", "parent", "value", "compute")
print(json.dumps({{
    "state": study.state, "compute": study.compute,
    "trials": list(study.trials.numbered().order_by("number").values(*columns)),
}}))
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_promotions_and_checkpoints_survive_a_storm(make_app, database: str):
    seed = int(os.environ.get("HPO_STORM_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed of the storm: HPO_STORM_SEED={seed}")
    app = make_app(database, WORKERS="2", HPO_LEASE_SECONDS="3", HPO_HEARTBEAT_SECONDS="0.6")
    token = app.make_token()
    made = app.client(token).post("/api/v1/studies", STUDY)
    assert made.status == 201, made.text
    study = made.json()["id"]

    faults = rage(app, token, study, random.Random(seed))

    print(f"faults: {dict(faults)}")
    assert sum(faults.values()) >= len(VICTIMS) - 1
    told = app.run("shell", "-v0", "-c", FACTS.format(pk=study))
    facts = json.loads(told.stdout.strip().splitlines()[-1])
    trials = facts["trials"]
    assert facts["state"] == "completed"
    assert [trial["number"] for trial in trials] == list(range(TRIALS))
    assert {trial["state"] for trial in trials} == {"complete"}
    check_promotions(trials)
    check_values(trials)
    assert facts["compute"] == pytest.approx(sum(trial["compute"] for trial in trials))


def check_promotions(trials: list[dict]) -> None:
    """Each trial goes on once at most, with its own parameters, one rung up."""
    promoted = [trial for trial in trials if trial["parent"] is not None]
    assert promoted
    assert set(Counter(trial["parent"] for trial in promoted).values()) == {1}
    for trial in promoted:
        before = trials[trial["parent"]]
        assert trial["params"] == before["params"]
        assert trial["fidelity"] == 3 * before["fidelity"]
        whole = trial["fidelity"] / 9
        # Taken up from the checkpoint, or from the start where that had gone down with its machine.
        assert trial["compute"] in (pytest.approx(2 / 3 * whole), pytest.approx(whole))


def check_values(trials: list[dict]) -> None:
    """Every value is what one undisturbed training comes to."""
    objective = parse(OBJECTIVE | {"seconds": 0.0})
    for trial in trials:
        alone = objective.evaluate(trial["params"], Context(STUDY["seed"], fidelity=trial["fidelity"]))
        assert trial["value"] == alone.values[0]


def rage(app: App, token: str, study: int, chance: random.Random) -> Counter[str]:
    """Kill one process after the other, paced by progress, and wait for the study's end."""
    faults: Counter[str] = Counter()
    deadline = time.monotonic() + SECONDS
    victims, target = iter(VICTIMS), 2
    while (state := state_of(app, token, study))[0] == "running":
        assert time.monotonic() < deadline, f"{state} after {SECONDS} s: {faults}\n{app.logs()}"
        if state[1] >= target and (victim := next(victims, None)) is not None:
            faults[victim] += bool(strike(app, victim, chance))
            target = state[1] + chance.randint(2, 6)
            if victim == "supervisor":
                left = app.wait_for_silence()
                assert not left, f"outlived their supervisor: {left}"
                app.start()
        time.sleep(chance.uniform(0.02, 0.1))
    return faults
