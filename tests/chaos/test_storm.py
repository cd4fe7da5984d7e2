"""A short storm over each database: every kind of fault once, then nothing is lost and nothing twice.

The seed is printed: `HPO_STORM_SEED=n pytest tests/chaos/test_storm.py` repeats its choices. `make chaos`
rages for longer, and shows that a storm notices when a part of the machinery is switched off.
"""

import os
import random
from pathlib import Path

import pytest

from . import books
from .faults import all_faults
from .grounds import GROUNDS
from .searches import PARTS, SLEEP, WRONG
from .storm import Storm

pytestmark = pytest.mark.storm


@pytest.mark.parametrize("database", GROUNDS)
def test_exactly_the_budget_gets_done_in_a_storm(tmp_path: Path, database: str):
    seed = int(os.environ.get("HPO_STORM_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed of the storm: HPO_STORM_SEED={seed}")
    storm = Storm(GROUNDS[database](), tmp_path / "home", seed)
    try:
        storm.begin()
        give_work(storm)
        faults = [fault for fault in all_faults() if fault.short and not fault.missing(storm)]
        storm.chance.shuffle(faults)
        print(books.after(storm, faults, more=lambda: storm.search(SLEEP, 20)))
        print(f"faults: {dict(storm.faults)}")
    finally:
        storm.close()


def give_work(storm: Storm) -> None:
    storm.search(SLEEP, 60)
    storm.search(PARTS, 30)
    for search in WRONG:
        storm.search(search, 1)
