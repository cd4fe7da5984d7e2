"""`make chaos`: long storms, each database in turn, and the table of what they came to.

TRIALS, FAULTS, SEED and DATABASE (sqlite, postgres; both by default) in the environment change what is done.
Ctrl-C ends a storm early: no further fault strikes, the studies run to their end, and the books are held.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import books
from . import clock as clocks
from .clock import Clock
from .faults import Fault, all_faults
from .grounds import GROUNDS
from .searches import LEARNS, PARTS, SLEEP, WRONG
from .storm import Storm

TRIALS, FAULTS = 2000, 500
#: One wave of studies and how many trials each gets; another follows when all of them are over.
WAVE = ((SLEEP, 120), (PARTS, 60), (LEARNS, 40), *((search, 2) for search in WRONG))
DISK = "64m"
#: Seconds: storms share the machine with other work, so that a standstill is told late.
LEASE, PATIENCE = 3.0, 900.0


#: Set by Ctrl-C.
enough = threading.Event()


def main() -> None:
    signal.signal(signal.SIGINT, lambda *_: enough.set())
    trials, faults = int(os.environ.get("TRIALS", TRIALS)), int(os.environ.get("FAULTS", FAULTS))
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    databases = [os.environ["DATABASE"]] if os.environ.get("DATABASE") else list(GROUNDS)
    table = {database: rage(database, seed, trials, faults) for database in databases}
    print(f"\nSEED={seed} TRIALS={trials} FAULTS={faults}")
    print("| database | trials | faults | lost | doubled | gaps | orphans | trained again | given up |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for database, found in table.items():
        told = f"{found.trials:,} | {found.faults:,} | 0 | 0 | 0 | 0 | {found.retrained:,} | {found.given_up}"
        print(f"| {database} | {told} |")


def rage(database: str, seed: int, trials: int, faults: int) -> books.Figures:
    """One long storm; an AssertionError says what was lost."""
    begun = time.monotonic()
    with small_disk() as (folder, small):
        storm = Storm(
            GROUNDS[database](),
            folder / "home",
            seed,
            lease=LEASE,
            patience=PATIENCE,
            small_disk=small,
            clock=Clock(folder) if clocks.possible() else None,
        )
        try:
            storm.begin()
            figures = _rage(storm, trials, faults)
        finally:
            storm.close()
    print(f"{database}: {(time.monotonic() - begun) / 60:.1f} minutes; {figures}", flush=True)
    return figures


def _rage(storm: Storm, trials: int, faults: int) -> books.Figures:
    possible = []
    for fault in all_faults():
        if missing := fault.missing(storm):
            print(f"{storm.ground.name}: without “{fault.name}”: {missing}")
        else:
            possible.append(fault)
    wave(storm)
    storm.rage(choices(storm, possible, trials, faults), more=lambda: wave(storm))
    for name, count in sorted(storm.faults.items()):
        print(f"{storm.ground.name}: {count:4} × {name}")
    return books.check(storm)


def wave(storm: Storm) -> None:
    for search, count in WAVE:
        storm.search(search, count)


def choices(storm: Storm, possible: list[Fault], trials: int, faults: int) -> Iterator[Fault]:
    """Faults until there were enough of them, and enough trials."""
    weights = [fault.weight for fault in possible]
    while not enough.is_set() and (storm.faults.total() < faults or storm.given() < trials):
        [fault] = storm.chance.choices(possible, weights)
        print(
            f"{time.strftime('%H:%M:%S')} {storm.ground.name}: fault {storm.faults.total()}, "
            f"{storm.done()} of {storm.given()} trials: {fault.name}",
            flush=True,
        )
        yield fault


@contextmanager
def small_disk() -> Iterator[tuple[Path, bool]]:
    """A folder, and whether it lies on a disk of its own that is soon full."""
    folder = Path(tempfile.mkdtemp(prefix="hpo-chaos-"))
    (folder / "home").mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder / "home")]
    small = sys.platform == "linux" and os.geteuid() == 0 and subprocess.run(mount).returncode == 0
    try:
        yield folder, small
    finally:
        if small:
            subprocess.run(["umount", "--lazy", str(folder / "home")], check=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
