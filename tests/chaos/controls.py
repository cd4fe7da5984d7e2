"""Negative controls in real processes: with one part of the machinery switched off, the storm notices.

`make chaos` runs them, and `pytest tests/chaos/controls.py`. Each takes most of a minute, too long for every
run of the suite, where the walk of the state machine has negative controls of its own.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from . import books
from .faults import Fault
from .faults.cut_broker import CutBroker
from .faults.double_messages import DoubleMessages
from .faults.freeze_worker import FreezeWorker
from .faults.kill_broker import KillBroker
from .faults.lose_messages import LoseMessages
from .grounds import Embedded
from .searches import LEARNS, SLEEP
from .storm import Storm

SABOTAGE = Path(__file__).parent / "sabotage"


@dataclass(frozen=True)
class Control:
    """A part that is switched off, the faults under which that shows, and what the books or the wait say."""

    part: str
    faults: tuple[type[Fault], ...]
    says: str
    work: Callable[[Storm], None] = lambda storm: storm.search(SLEEP, 100)


def many_at_once(storm: Storm) -> None:
    for _ in range(4):
        storm.search(SLEEP, 100)
    storm.search(LEARNS, 30)


CONTROLS = (
    Control("the fence on tell", (FreezeWorker,), "another than its claimer"),
    Control("the claim guard", (DoubleMessages,), "no such step|over another|a step was missed|nothing for"),
    Control("the reconciler", (KillBroker, LoseMessages), "nothing for", many_at_once),
    Control("IMMEDIATE transactions", (CutBroker,), "ran into each other", many_at_once),
    Control("the suggest lease", (CutBroker,), "robbed", many_at_once),
)


@pytest.mark.storm
@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.part)
def test_the_storm_notices_what_is_switched_off(tmp_path: Path, control: Control):
    seed = int(os.environ.get("HPO_STORM_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed of the storm: HPO_STORM_SEED={seed}")
    storm = Storm(
        Embedded(),
        tmp_path / "home",
        seed,
        patience=20.0,
        PYTHONPATH=str(SABOTAGE),
        HPO_TEST_SABOTAGE=control.part,
    )
    try:
        storm.begin()
        control.work(storm)
        with pytest.raises(AssertionError, match=control.says):
            books.after(storm, [kind() for kind in control.faults * 6])
    finally:
        storm.close()
