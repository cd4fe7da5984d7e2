"""Studies to test with: made by the engine, as a form or the API would."""

from collections.abc import Callable
from typing import Any

import pytest

from trials.engine.creation import create_study
from trials.models import Study, Trial

#: What tests hold leases with.
LEASE = 15.0


@pytest.fixture
def make_study(db: None) -> Callable[..., Study]:
    """Make a study on a function that returns at once: make_study(budget={"trials": 3}, parallelism=2)."""

    def make(**data: Any) -> Study:
        body: dict[str, Any] = {
            "objective": {"kind": "function", "name": "noop"},
            "optimizer": {"name": "random"},
            "budget": {"trials": 10},
            "seed": 1,
        }
        study, _ = create_study(body | data, owner=None)
        return study

    return make


@pytest.fixture
def claim() -> Callable[..., tuple[Trial, str]]:
    """Claim a queued trial (the first of them unless named) as a worker would."""

    def claim_trial(study: Study, trial: Trial | None = None, token: str = "token") -> tuple[Trial, str]:
        trial = trial or study.trials.waiting().first()
        assert trial is not None
        with Study.locked(study.pk) as locked:
            assert trial.claim(locked, token, "tester", LEASE)
        trial.refresh_from_db()
        return trial, token

    return claim_trial
