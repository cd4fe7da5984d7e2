"""A study whose trials are known to the last value, and a way to ask for some of them by an address."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from trials.engine.advance import store_parameters
from trials.forms.trial_filters import TrialQuery, trial_query
from trials.listing import fields_of
from trials.models import Study, Trial

SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"], "default": "rbf"},
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True, "default": 1.0},
        {
            "name": "gamma",
            "type": "float",
            "low": 0.001,
            "high": 1,
            "log": True,
            "when": {"kernel": ["rbf"]},
            "default": 0.03,
        },
        {"name": "shrinking", "type": "boolean", "default": True},
    ]
}


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    return fill(make_study(objective={"kind": "external"}, space=SPACE, metrics=["loss"],
                           directions=["minimize"], budget={"trials": 12}))  # fmt: skip


def fill(study: Study) -> Study:
    """Twelve trials: even ones with the kernel rbf and a gamma; 3 failed, 7 pruned, 10 runs, 11 waits."""
    study.trials.all().delete()
    states = {3: "failed", 7: "pruned", 10: "running", 11: "queued"}
    trials = []
    for number in range(12):
        state = states.get(number, "complete")
        params: dict[str, Any] = {"kernel": "linear", "C": 10.0 ** (number % 4 - 2), "shrinking": number > 5}
        if number % 2 == 0:
            params |= {"kernel": "rbf", "gamma": 0.0131 + 0.01 * number}
        valued = state in ("complete", "pruned")
        trials.append(
            Trial(
                study=study,
                space=study.space,
                number=number,
                state=state,
                params=params,
                value=abs(number - 4.5) if valued else None,
                metrics={"loss2": 1 / (1 + number)} if valued else {},
                seconds=float(number) if valued else None,
                worker="box one" if number < 6 else "box two",
                error={"kind": "exception", "message": "Out of memory", "exception": "MemoryError"}
                if state == "failed"
                else None,
                inside=number != 2,
            )
        )
    store_parameters(Trial.objects.bulk_create(trials))
    counts = {f"n_{state}": sum(trial.state == state for trial in trials) for state in Trial.State.values}
    best = study.trials.ranked(study).first()
    Study.objects.filter(pk=study.pk).update(next_number=12, best=best, best_value=best.value, **counts)
    return Study.objects.select_related("space", "best").get(pk=study.pk)


@pytest.fixture
def asked(study: Study) -> Callable[[str], TrialQuery]:
    """Understand an address of the study's table."""
    return lambda text: trial_query(QueryDict(text), fields_of(study))
