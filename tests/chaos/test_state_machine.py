"""Studies walked at random by Hypothesis; and, with one part switched off, that the walk would notice.

`HPO_STATE_STEPS=100000 pytest tests/chaos/test_state_machine.py` walks longer; a failure prints the shortest
walk that leads to it.
"""

import os
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test as walk

from trials.engine import recovery
from trials.engine.nudges import Nudges
from trials.models import Study, Trial
from trials.models.trial import Told

from .walk import Walk, steps

STEPS = int(os.environ.get("HPO_STATE_STEPS", "300"))
#: Long walks cost less a step: each ends by bringing its study to its end.
STEPS_A_WALK = 50 if STEPS < 10_000 else 200


def how(steps_in_all: int, **changes: Any) -> settings:
    return settings(
        max_examples=max(1, steps_in_all // STEPS_A_WALK),
        stateful_step_count=STEPS_A_WALK,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        **changes,
    )


@pytest.mark.django_db
def test_any_walk_leaves_the_rows_consistent_and_the_study_able_to_end():
    steps.clear()
    while steps["all"] < STEPS:
        walk(Walk, settings=how(min(2000, STEPS - steps["all"])))
        print(f"{steps['all']:,} steps, each checked", flush=True)


def without_the_fence(tell: Callable[..., Told]) -> Callable[..., Told]:
    """Whoever tells is believed, whatever token they hold."""

    def believed(self: Trial, study: Study, token: str, state: str, **fields: Any) -> Told:
        return tell(self, study, Trial.objects.get(pk=self.pk).token or token, state, **fields)

    return believed


def without_the_guard(claim: Callable[..., bool]) -> Callable[..., bool]:
    """A claim that looks at the trial alone, not at how many run already or whether anything may."""

    def taken(self: Trial, study: Study, token: str, worker: str, seconds: float) -> bool:
        with patch.object(Study, "is_active", True), patch.object(study, "parallelism", 1000):
            return claim(self, study, token, worker, seconds)

    return taken


CONTROLS = {
    "the fence on tell": (Trial, "tell", without_the_fence(Trial.tell)),
    "the claim guard": (Trial, "claim", without_the_guard(Trial.claim)),
    "the reconciler": (recovery, "_give_back", lambda lost: Nudges()),
    "the end of a tell": (Trial, "_told_before", lambda *_: Told.RECORDED),
}


@pytest.mark.django_db
@pytest.mark.parametrize("part", CONTROLS)
def test_a_walk_notices_what_is_switched_off(part: str):
    """Negative controls: each of these parts is needed, and the walk above would tell."""
    with patch.object(*CONTROLS[part]), pytest.raises(AssertionError):
        walk(Walk, settings=how(1500, phases=[Phase.generate], derandomize=True))
