"""Fills optuna-dashboard's storage with the same trials; run in its environment by benchmarks.dashboards.

python dashboards_peer.py URL < trials.jsonl: the first line holds the space, every other line a trial.
"""

import json
import sys
from typing import Any

import optuna
from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "connect")
def _hurry(connection: Any, _: Any) -> None:
    """Filling is not measured, so it need not wait for the disk."""
    connection.execute("PRAGMA synchronous=OFF")


def distribution(parameter: dict[str, Any]) -> optuna.distributions.BaseDistribution:
    kind, log = parameter["type"], parameter.get("log", False)
    if kind == "float":
        return optuna.distributions.FloatDistribution(parameter["low"], parameter["high"], log=log)
    if kind == "integer":
        return optuna.distributions.IntDistribution(parameter["low"], parameter["high"], log=log)
    return optuna.distributions.CategoricalDistribution(parameter.get("choices", [False, True]))


STATES = {"complete": "COMPLETE", "failed": "FAIL", "pruned": "PRUNED"}


def main() -> None:
    space = {each["name"]: distribution(each) for each in json.loads(sys.stdin.readline())}
    study = optuna.create_study(storage=sys.argv[1], study_name="same trials")
    trials = []
    for line in sys.stdin:
        trial = json.loads(line)
        trials.append(
            optuna.trial.create_trial(
                state=optuna.trial.TrialState[STATES[trial["state"]]],
                params=trial["params"],
                distributions={name: space[name] for name in trial["params"]},
                value=trial["value"] if trial["state"] != "failed" else None,
            )
        )
    study.add_trials(trials)


if __name__ == "__main__":
    main()
