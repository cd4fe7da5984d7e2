"""Studies of any size for the benchmark of pages, inserted in bulk as the engine would leave them."""

import math
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from trials.engine.advance import store_parameters
from trials.engine.creation import create_study
from trials.models import Study, Trial

BATCH = 2000
FOLDS = 3
#: Ten parameters of every sort, two of them conditional: what the peers' figures were measured with.
SPACE: dict[str, Any] = {
    "parameters": [
        {"name": "model", "type": "categorical", "choices": ["svc", "mlp", "forest"], "default": "svc"},
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True, "default": 1.0},
        {
            "name": "gamma",
            "type": "float",
            "low": 0.0001,
            "high": 10,
            "log": True,
            "default": 0.1,
            "when": {"model": ["svc"]},
        },
        {
            "name": "hidden_units",
            "type": "integer",
            "low": 4,
            "high": 256,
            "log": True,
            "default": 32,
            "when": {"model": ["mlp"]},
        },
        {"name": "alpha", "type": "float", "low": 1e-6, "high": 1.0, "log": True, "default": 1e-4},
        {"name": "n_estimators", "type": "integer", "low": 10, "high": 500, "default": 100},
        {"name": "max_depth", "type": "integer", "low": 1, "high": 40, "default": 10},
        {"name": "criterion", "type": "categorical", "choices": ["gini", "entropy"], "default": "gini"},
        {"name": "bootstrap", "type": "boolean", "default": True},
        {"name": "max_features", "type": "float", "low": 0.1, "high": 1.0, "default": 0.5},
    ]
}


def build(trials: int, seed: int = 0) -> Study:
    """Store an ended study of so many trials: 92 % complete with three folds, 5 % failed, 3 % pruned."""
    study, _ = create_study(
        {
            "name": f"{trials:,} trials",
            "objective": {"kind": "function", "name": "noop"},
            "space": SPACE,
            "optimizer": {"name": "random"},
            "budget": {"trials": trials},
            "seed": seed,
        },
        owner=None,
    )
    study.trials.all().delete()
    made = _trials(study, trials, random.Random(seed))
    while batch := list(islice(made, BATCH)):
        store_parameters(Trial.objects.bulk_create(batch))
    _settle(study, trials)
    return study


def _trials(study: Study, count: int, rng: random.Random) -> Iterator[Trial]:
    space, begun = study.space.space, timezone.now() - timedelta(seconds=2 * count)
    for number in range(count):
        params = space.decode([rng.random() for _ in space.names])
        state = rng.choices(["complete", "failed", "pruned"], [92, 5, 3])[0]
        seconds = rng.lognormvariate(0.5, 0.8)
        started = begun + timedelta(seconds=2 * number)
        trial = Trial(
            study=study,
            space_id=study.space_id,
            number=number,
            state=state,
            params=params,
            info={"mode": "random", "predicted": {"mean": 0.3, "std": 0.05}, "acquisition": 0.01},
            seconds=seconds,
            peak_memory_mb=180.0,
            worker=f"worker {rng.randrange(8)}",
            queued_at=started - timedelta(seconds=1),
            started_at=started,
            completed_at=started + timedelta(seconds=seconds),
            finished_revision=number + 1,
        )
        _finish(trial, params, rng)
        yield trial


def _finish(trial: Trial, params: dict[str, Any], rng: random.Random) -> None:
    if trial.state == "failed":
        message = rng.choice(["Out of memory: more than 4,096 MB.", "C must be positive, not -1."])
        trial.error = {
            "kind": "exception",
            "message": message,
            "exception": "ValueError",
            "traceback": "x" * 600,
        }
        return
    value = abs(math.log10(params["C"])) / 10 + params["max_features"] / 5 + abs(rng.gauss(0, 0.05)) + 0.05
    trial.value, trial.values = value, [value]
    if trial.state == "complete":
        trial.metrics = {"accuracy": 1 - value / 2, "roc_auc": 1 - value / 4}
        trial.folds = [
            {
                "fold": fold,
                "score": value + rng.gauss(0, 0.01),
                "fit_seconds": 0.3,
                "score_seconds": 0.01,
                "metrics": trial.metrics,
            }
            for fold in range(FOLDS)
        ]


def _settle(study: Study, trials: int) -> None:
    """Bring the study's row to what the engine would have left."""
    counts = {
        f"n_{state}": study.trials.filter(state=state).count() for state in ("complete", "failed", "pruned")
    }
    best = study.trials.ranked(study).first()
    assert best is not None
    Study.objects.filter(pk=study.pk).update(
        **counts,
        n_queued=0,
        next_number=trials,
        best=best,
        best_value=best.value,
        baseline_value=0.4,
        state=Study.State.COMPLETED,
        ending=f"All {trials:,} trials are done",
        ended=timezone.now() - timedelta(hours=1),
        active_since=None,
        active_seconds=2.0 * trials,
        train_seconds=1.6 * trials,
        revision=trials + 1,
    )
    study.refresh_from_db()
