"""How soon a person's hand is felt: `python -m benchmarks.control` on a dashboard and trainings of its own.

Cancel: from the request until the training's process is gone, over several rounds. Pause: from the request
until nothing more is started, while what runs goes on. Stop: from the request until all processes are gone.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.throughput import Ours

HANGS = {
    "name": "Cancel",
    "objective": {"kind": "function", "name": "hangs", "how": "computing"},
    "optimizer": {"name": "random"},
    "parallelism": 2,
    "budget": {"trials": 1000},
}
SLEEPS = HANGS | {"name": "Pause", "objective": {"kind": "function", "name": "sleep", "seconds": 2}}
#: Seconds of processor time from which on a process surely trains.
AT_WORK = 0.2


def trainings(ours: Ours) -> list[psutil.Process]:
    """The processes that train now: forked from a server of trainings, and computing."""
    found = []
    for process in psutil.Process(ours.process.pid).children(recursive=True):
        try:
            parent = process.parent()
            forked = parent is not None and "trials.objectives.forkserver" in parent.cmdline()
            if forked and process.cpu_times().user > AT_WORK:
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_for(true: Callable[[], object], seconds: float = 30) -> float:
    """Seconds until `true()` holds."""
    began = time.perf_counter()
    while not true():
        if time.perf_counter() - began > seconds:
            raise SystemExit("it did not happen")
        time.sleep(0.01)
    return time.perf_counter() - began


def cancel(ours: Ours, rounds: int) -> list[float]:
    """Cancel one running trial after the other; seconds until a process is gone, each."""
    study = ours.call("/studies", HANGS)["id"]
    taken = []
    for _ in range(rounds):
        # Not measured: on a loaded machine trainings take long to begin.
        wait_for(lambda: len(running(ours, study)) == 2 and len(trainings(ours)) >= 2, seconds=180)
        before = trainings(ours)
        number = running(ours, study)[0]
        began = time.perf_counter()
        ours.call(f"/studies/{study}/trials/{number}/cancel", {})
        wait_for(lambda before=before: any(map(gone, before)))
        taken.append(time.perf_counter() - began)
    before = trainings(ours)
    began = time.perf_counter()
    ours.call(f"/studies/{study}/stop", {})
    wait_for(lambda: all(map(gone, before)))
    print(f"stop   : {time.perf_counter() - began:.2f} s until {len(before)} processes were gone")
    return taken


def running(ours: Ours, study: int) -> list[int]:
    return [trial["number"] for trial in ours.call(f"/studies/{study}/trials?state=running")["items"]]


def pause(ours: Ours) -> None:
    study = ours.call("/studies", SLEEPS)["id"]
    wait_for(lambda: len(running(ours, study)) == 2)
    before = running(ours, study)
    began = time.perf_counter()
    ours.call(f"/studies/{study}/pause", {})
    answered = time.perf_counter() - began
    asked = len(ours.call(f"/studies/{study}/trials")["items"])
    wait_for(lambda: not running(ours, study))
    time.sleep(2)
    trials = ours.call(f"/studies/{study}/trials")["items"]
    finished = sum(trial["state"] == "complete" and trial["number"] in before for trial in trials)
    started = sum(trial["started_at"] is not None for trial in trials)
    print(
        f"pause  : answered in {answered:.3f} s; {finished} of {len(before)} running trials finished, "
        f"{started - len(before)} started and {len(trials) - asked} asked since"
    )
    ours.call(f"/studies/{study}/stop", {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as folder:
        ours = Ours(Path(folder))
        try:
            taken = cancel(ours, options.rounds)
            pause(ours)
        finally:
            ours.stop()
    worst = f"worst {max(taken):.2f} s of {len(taken)}"
    print(f"cancel : median {statistics.median(taken):.2f} s, {worst} until a process was gone")


if __name__ == "__main__":
    main()
