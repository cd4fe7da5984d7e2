"""Fills optuna-dashboard's storage with the same trials; run in its environment by benchmarks.dashboards.

python dashboards_peer.py URL < trials.jsonl: the first line holds the space, every other line a trial.
"""

import json
import sqlite3
import sys
from typing import Any

import optuna


def distribution(parameter: dict[str, Any]) -> optuna.distributions.BaseDistribution:
    kind, log = parameter["type"], parameter.get("log", False)
    if kind == "float":
        return optuna.distributions.FloatDistribution(parameter["low"], parameter["high"], log=log)
    if kind == "integer":
        return optuna.distributions.IntDistribution(parameter["low"], parameter["high"], log=log)
    return optuna.distributions.CategoricalDistribution(parameter.get("choices", [False, True]))


STATES = {"complete": "COMPLETE", "failed": "FAIL", "pruned": "PRUNED"}


def main() -> None:
    """Optuna makes the tables and the study; add_trials takes minutes, so rows go in directly."""
    write = optuna.distributions.distribution_to_json
    space = {each["name"]: distribution(each) for each in json.loads(sys.stdin.readline())}
    texts = {name: write(each) for name, each in space.items()}
    study = optuna.create_study(storage=sys.argv[1], study_name="same trials")
    database = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"))
    with database:
        for number, line in enumerate(sys.stdin):
            trial = json.loads(line)
            row = database.execute(
                "INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete)"
                " VALUES (?, ?, ?, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:02.000000')",
                (number, study._study_id, STATES[trial["state"]]),
            ).lastrowid
            database.executemany(
                "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)"
                " VALUES (?, ?, ?, ?)",
                [
                    (row, name, space[name].to_internal_repr(value), texts[name])
                    for name, value in trial["params"].items()
                ],
            )
            if trial["state"] != "failed" and trial["value"] is not None:
                database.execute(
                    "INSERT INTO trial_values (trial_id, objective, value, value_type)"
                    " VALUES (?, 0, ?, 'FINITE')",
                    (row, trial["value"]),
                )
    database.close()


if __name__ == "__main__":
    main()
