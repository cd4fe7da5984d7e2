"""Seeds for every purpose, made from the study's own; used wherever an objective draws."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a seed is for; the numbers are part of what makes a study repeatable."""

    TEST_PART = 0
    FOLDS = 1
    TRAINING = 2
    RESAMPLES = 3
    ROWS = 4


def seed_for(study_seed: int, purpose: Purpose, number: int | None = None) -> int:
    """A seed from 0 to 2³² − 1. `number` is the trial's; a baseline (None) shares the seeds of trial 0."""
    sign = int(study_seed < 0)
    return int(np.random.SeedSequence([abs(study_seed), sign, purpose, number or 0]).generate_state(1)[0])
