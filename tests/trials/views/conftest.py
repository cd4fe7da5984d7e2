"""What the tests of pages share: a signed-in browser and trials that end as a worker would end them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from trials.engine import advance
from trials.engine.finish import Verdict, record
from trials.models import Study, Trial
from trials.models.access import owner


@pytest.fixture
def browser(db: None, client: Client) -> Client:
    """A browser signed in as the owner."""
    client.force_login(owner())
    return client


@pytest.fixture
def train(claim: Callable[..., tuple[Trial, str]]) -> Callable[..., None]:
    """End trials of a study one after the other: train(study, 0.5, None, 0.2), where None is a failure."""

    def train_trials(study: Study, *values: float | None, **extra: Any) -> None:
        for value in values:
            if not study.trials.waiting().exists():
                advance.advance(study.pk)
            trial, token = claim(study)
            error = {
                "kind": "exception",
                "message": "It broke.",
                "exception": "ValueError",
                "traceback": "line 1",
            }
            verdict = (
                Verdict(Trial.State.FAILED, error=error, extra={"seconds": 2.0})
                if value is None
                else Verdict(Trial.State.COMPLETE, (value,), extra={"seconds": 2.0} | extra)
            )
            record(trial, token, verdict)
        study.refresh_from_db()

    return train_trials


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
    ]
}
